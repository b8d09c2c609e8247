local seats = everybody()
local rules, changes = settings(), {}
if rules.locked then return changes end

local free = rules.capacity - count(seats, 'present')
for _, seat in ipairs(seats) do
  local waits = seat.state == 'waiting' and seat.link == 'attached' and seat.lobby
  if waits and free > 0 and not lobby_holds(rules, seat) then
    changes[#changes + 1] = let_in(seats, seat)
    free = free - 1
  end
end
return changes

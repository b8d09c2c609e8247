local id, raised = ARGV[1], ARGV[2] == '1'
local seats = everybody()

local function next_hand()
  local number = now()
  for _, other in ipairs(seats) do
    number = math.max(number, hand(other) + 1)
  end
  return number
end

local seat = find(seats, id)
if not seat or seat.state ~= 'present' or (hand(seat) > 0) == raised then return false end

seat.hand = raised and next_hand() or 0
write(seat)
return changed(seats, seat)

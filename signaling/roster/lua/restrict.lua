-- ARGV: the use; the restriction to set, or '' to lift it; the restriction to leave as it is, or ''; then the ids.
local use, how, spare = ARGV[1], ARGV[2], ARGV[3]
local seats = everybody()

local named = {}
for index = 4, #ARGV do named[ARGV[index]] = true end

local changes = {}
for _, seat in ipairs(seats) do
  local restrictions = seat.restrictions or {}
  local known = restrictions[use] or ''
  if named[seat.id] and seat.state == 'present' and known ~= how and (spare == '' or known ~= spare) then
    restrictions[use] = how ~= '' and how or nil
    seat.restrictions = restrictions
    write(seat)
    changes[#changes + 1] = changed(seats, seat)
  end
end
return changes

-- ARGV: the id; then names and values of the record's fields to set, in turn.
local id = ARGV[1]
local seats = everybody()

local seat = find(seats, id)
if not seat then return false end
local same = true
for index = 2, #ARGV, 2 do
  local field, value = ARGV[index], ARGV[index + 1]
  same = same and seat[field] == value
  if field == 'role' then cast(seat, value) else seat[field] = value end
end
if same then return false end

write(seat)
return changed(seats, seat)

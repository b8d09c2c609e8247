local id, capacity = ARGV[1], tonumber(ARGV[2])
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'waiting' then return false end
if count(seats, 'present') >= capacity then return 'full' end

seat.state = 'present'
write(seat)
return changed(seats, seat)

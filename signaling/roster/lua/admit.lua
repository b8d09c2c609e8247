local id = ARGV[1]
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'waiting' then return false end
if count(seats, 'present') >= settings().capacity then return 'full' end

return let_in(seats, seat)

local id, asked = ARGV[1], ARGV[2] == '1'
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'present' or not breakouts() or (seat.help or false) == asked then return false end

seat.help = asked
write(seat)
return changed(seats, seat)

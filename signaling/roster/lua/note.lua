local id, text = ARGV[1], ARGV[2]
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'waiting' or (seat.note or '') == text then return false end

seat.note = text
write(seat)
return changed(seats, seat)

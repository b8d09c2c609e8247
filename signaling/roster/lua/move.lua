local id, where = ARGV[1], ARGV[2]
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'present' or place(seat) == where or not is_place(where) then return false end

put(seat, where)
return changed(seats, seat)

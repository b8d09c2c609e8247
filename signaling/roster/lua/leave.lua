local id, generation, reason = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local seats = everybody()

local seat = find(seats, id)
if not seat or (generation and seat.generation ~= generation) then return false end
return remove(seats, seat, reason)

local id, generation, grace = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.generation ~= generation then return false end
if seat.link == 'detached' and not seat.lapsed then return false end

local visible = seat.link == 'attached'
detach(seat, grace)
return visible and changed(seats, seat)

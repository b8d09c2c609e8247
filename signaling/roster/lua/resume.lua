local id, identity, token, fresh = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local worker, role, name, prefix, offered = ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.identity ~= identity or (token ~= seat.token and token ~= seat.previous) then return dismissal(id) or 'expired' end
if banned(seat.identity) then return 'banned' end
open(offered, true)

local before = seat.worker
seat.worker, seat.generation = worker, seat.generation + 1
cast(seat, role)
if name ~= '' then seat.name = name end
seat.prefix = prefix
seat.token, seat.previous = fresh, token
attach(seat)
return {changed(seats, seat, before), snapshot(seats)}

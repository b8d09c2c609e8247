local record, token, offered, epoch, divided = cjson.decode(ARGV[1]), ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local decided = dismissal(record.id)
if decided then return decided end
if banned(record.identity) then return 'banned' end
local seats = everybody()
open(offered, #seats > 0, epoch)
if divided ~= '' and redis.call('HEXISTS', ROOM, 'breakouts') == 0 then redis.call('HSET', ROOM, 'breakouts', divided) end

local known = find(seats, record.id)
if known and known.generation > record.generation then return 'expired' end
local admitted = known and known.state == 'waiting' and record.state == 'present'
if known and known.generation == record.generation and not admitted then return {latest(seats, known), snapshot(seats)} end

record.token = token
if not is_place(place(record)) then record.place = '' end
return seat_at(seats, record)

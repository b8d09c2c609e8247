local record, token, capacity = cjson.decode(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local locked, exempt, epoch = ARGV[4], ARGV[5] == '1', ARGV[6]
local seats = everybody()

local known = find(seats, record.id)
if known and known.token == token then return {latest(seats, known), snapshot(seats)} end
if banned(record.identity) then return 'banned' end

local live = #seats > 0
if live then locked = redis.call('HGET', ROOM, 'locked') end
record.state = (locked == '1' and not exempt) and 'waiting' or 'present'
if record.state == 'waiting' then capacity = WAITING_CAPACITY end
if live and count(seats, record.state) >= capacity then return 'full' end

if not live then open(locked, epoch) end
record.token = token
return seat_at(seats, record)

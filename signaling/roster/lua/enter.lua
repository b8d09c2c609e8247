local record, token, offered = cjson.decode(ARGV[1]), ARGV[2], ARGV[3]
local exempt, epoch = ARGV[4] == '1', ARGV[5]
local seats = everybody()

local known = find(seats, record.id)
if known and known.token == token then return {latest(seats, known), snapshot(seats)} end
if banned(record.identity) then return 'banned' end

local live = #seats > 0
open(offered, live, epoch)
local rules = settings()
record.state = (rules.locked and not exempt) and 'waiting' or 'present'
local capacity = record.state == 'waiting' and WAITING_CAPACITY or rules.capacity
if live and count(seats, record.state) >= capacity then return 'full' end

record.token = token
return seat_at(seats, record)

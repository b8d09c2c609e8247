local record, token, offered = cjson.decode(ARGV[1]), ARGV[2], ARGV[3]
local epoch = ARGV[4]
local seats = everybody()

local known = find(seats, record.id)
if known and known.token == token then return {latest(seats, known), snapshot(seats)} end
if banned(record.identity) then return 'banned' end
local wait = hasty(record.identity)
if wait > 0 then return 'wait ' .. math.ceil(wait / 1000) end

local live = #seats > 0
open(offered, live, epoch)
local rules = settings()
record.lobby = lobby_holds(rules, record) and not comes_back(record.identity)
record.state = (record.lobby or (rules.locked and record.role == 'guest')) and 'waiting' or 'present'

-- Refuse an identity that has all its places, or waits already.
local places = 0
for _, seat in ipairs(seats) do
  if seat.identity == record.identity then
    places = places + 1
    if record.state == 'waiting' and seat.state == 'waiting' and seat.link == 'attached' then return 'devices' end
  end
end
if places >= PLACES_PER_PERSON then return 'devices' end

-- Refuse a network that has all its places in the waiting list.
if record.state == 'waiting' and record.prefix ~= '' then
  local waiting = 0
  for _, seat in ipairs(seats) do
    if seat.state == 'waiting' and seat.prefix == record.prefix then waiting = waiting + 1 end
  end
  if waiting >= WAITING_PER_PREFIX then return 'crowded' end
end

local capacity = record.state == 'waiting' and WAITING_CAPACITY or rules.capacity
if live and count(seats, record.state) >= capacity then return 'full' end

if record.state == 'present' then record.place = late_place(seats, record) end
record.restrictions = inherited(seats, record)
record.token = token
entered(record.identity)
return seat_at(seats, record)

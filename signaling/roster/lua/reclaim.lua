local record, epoch, token, fresh = cjson.decode(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local others, offered, new = cjson.decode(ARGV[5]), ARGV[6], ARGV[7]
local decided = dismissal(record.id)
if decided then return decided end
if banned(record.identity) then return 'banned' end
local seats = everybody()

local known = find(seats, record.id)
local fits = known and (token == known.token or token == known.previous)
if known and not fits and known.generation > record.generation then return 'expired' end
if not known and redis.call('HGET', ROOM, 'epoch') == epoch then return 'expired' end

-- Once in each epoch, keep a place for those who were present.
local function keep_places()
  local present = redis.call('HGET', ROOM, 'epoch')
  if redis.call('HGET', ROOM, 'recalled') == present then return end
  redis.call('HSET', ROOM, 'recalled', present)
  for _, other in ipairs(others) do
    if not find(seats, other.id) and not verdict(other.id) and not banned(other.identity) then
      other.order, other.token, other.generation = redis.call('HGET', ROOM, 'version') + 1, '', 0
      seats[#seats + 1] = other
      detach(other, LEASE_MS + GRACE_MS)
      changed(seats, other)
    end
  end
end

open(offered, #seats > 0, new)
keep_places()
record.generation = math.max(record.generation, known and known.generation or 0) + 1
record.state = fits and known.state or 'present'
record.hand = known and hand(known) or 0
record.place = known and place(known) or ''
record.help = known and known.help or false
if known then record.restrictions = known.restrictions end
record.lobby = fits and known.lobby or false
record.note = fits and known.note or ''
record.token, record.previous = fresh, token
return seat_at(seats, record)

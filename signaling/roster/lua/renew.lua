-- ARGV: the epoch and version that the worker knows, a new epoch for a room that is behind them; then ids and generations in turn.
-- Answers epoch, version, and one outcome for each id.
local known, seen, fresh = ARGV[1], tonumber(ARGV[2]), ARGV[3]
adopt(fresh)
local before = redis.call('HMGET', ROOM, 'epoch', 'version')
if before[1] == known and tonumber(before[2]) < seen then redis.call('HSET', ROOM, 'epoch', fresh) end

local function renew(id, generation)
  local text = redis.call('HGET', PEOPLE, id)
  local seat = text and cjson.decode(text)
  if not seat or seat.generation < generation then return verdict(id) or 'unknown' end
  if seat.generation > generation then return 'fenced' end
  if seat.link == 'attached' then
    redis.call('ZADD', DEADLINES, now() + LEASE_MS, id)
    return 'ok'
  end
  if not seat.lapsed then return 'fenced' end
  attach(seat)
  redis.call('HINCRBY', ROOM, 'version', 1)
  return 'ok'
end

local outcomes = {}
for index = 4, #ARGV, 2 do
  outcomes[#outcomes + 1] = renew(ARGV[index], tonumber(ARGV[index + 1]))
end
local room = redis.call('HMGET', ROOM, 'epoch', 'version')
return {room[1], tonumber(room[2] or 0), outcomes}

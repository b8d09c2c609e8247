-- KEYS[1] is a shard of the list, ARGV a room that was found empty. A room that somebody is about to enter stays listed.
local listed_at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if listed_at and tonumber(listed_at) <= now() - UNLIST_MS then
  redis.call('ZREM', KEYS[1], ARGV[1])
end

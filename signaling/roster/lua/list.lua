-- KEYS[1] is a shard of the list of rooms that may be live: room -> when somebody was last about to enter it.
redis.call('ZADD', KEYS[1], now(), ARGV[1])

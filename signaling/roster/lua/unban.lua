redis.call('SREM', BANNED, ARGV[1])
redis.call('DEL', VISITS .. ':' .. ARGV[1])

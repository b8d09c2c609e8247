redis.call('SREM', BANNED, ARGV[1])

return redis.call('SMEMBERS', BANNED)

local locked = ARGV[1]
local seats = everybody()

if #seats == 0 or redis.call('HGET', ROOM, 'locked') == locked then return false end
redis.call('HSET', ROOM, 'locked', locked)
return changed(seats)

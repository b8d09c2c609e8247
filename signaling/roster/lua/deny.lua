local id, words = ARGV[1], ARGV[2]
local seats = everybody()

local seat = find(seats, id)
if not seat or seat.state ~= 'waiting' then return false end

if words ~= '' then
  redis.call('HSET', WORDS, id, words)
  redis.call('PEXPIRE', WORDS, LINGER_MS)
end
return remove(seats, seat, 'denied')

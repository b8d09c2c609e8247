local identity = ARGV[1]
local seats = everybody()

redis.call('SADD', BANNED, identity)
if #seats == 0 then redis.call('PEXPIRE', BANNED, LINGER_MS) end

local changes = {}
for _, seat in ipairs({unpack(seats)}) do
  if seat.identity == identity then changes[#changes + 1] = remove(seats, seat, 'removed') end
end
return changes

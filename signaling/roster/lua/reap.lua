-- ARGV: a new epoch for a room of another run. Answers whether the room is live, and the changes.
local overdue = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now())) do
  overdue[id] = true
end
if not next(overdue) then return {redis.call('EXISTS', PEOPLE), {}} end
if adopt(ARGV[1]) then return {1, {}} end

local seats = everybody()
local changes = {}
for _, seat in ipairs({unpack(seats)}) do
  if overdue[seat.id] and seat.link == 'attached' then
    detach(seat, GRACE_MS, true)
    changes[#changes + 1] = changed(seats, seat)
  elseif overdue[seat.id] then
    changes[#changes + 1] = remove(seats, seat, 'timeout')
  end
end
return {1, changes}

-- ARGV: the breakouts, the place of each person by id, both as JSON; and for how many milliseconds, 0 if no time is set.
local offered, places, lasting = cjson.decode(ARGV[1]), cjson.decode(ARGV[2]), tonumber(ARGV[3])
local seats = everybody()
if #seats == 0 or breakouts() then return false end

offered.ends_at = lasting > 0 and now() + lasting or 0
keep(offered)
local moves = {}
for _, seat in ipairs(seats) do
  if seat.state == 'present' then put(seat, places[seat.id] or late_place(seats, seat), moves) end
end
return divided(seats, moves)

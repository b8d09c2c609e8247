-- ARGV: in how many milliseconds; 0 at once, -1 if the time is over.
local lasting = tonumber(ARGV[1])
local seats, known = everybody(), breakouts()
if #seats == 0 or not known then return false end
if lasting < 0 and (known.ends_at == 0 or known.ends_at > now()) then return false end

local moves = {}
if lasting > 0 then
  known.ends_at = now() + lasting
  keep(known)
else
  keep(nil)
  for _, seat in ipairs(seats) do put(seat, '', moves) end
end
return divided(seats, moves)

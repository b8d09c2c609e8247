local seats = everybody()

local changes = {}
for _, seat in ipairs({unpack(seats)}) do
  changes[#changes + 1] = remove(seats, seat, 'ended')
end
return changes

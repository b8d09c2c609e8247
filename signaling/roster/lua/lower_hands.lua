local seats = everybody()

local changes = {}
for _, seat in ipairs(seats) do
  if hand(seat) > 0 then
    seat.hand = 0
    write(seat)
    changes[#changes + 1] = changed(seats, seat)
  end
end
return changes

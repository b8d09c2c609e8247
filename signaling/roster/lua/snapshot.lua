local seats = everybody()
return #seats > 0 and snapshot(seats)

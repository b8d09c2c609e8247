local seats = everybody()

if #seats == 0 or not follow(ARGV[1]) then return false end
return changed(seats)

-- KEYS are the people of rooms. Says of each whether there are any.
local found = {}
for index, people in ipairs(KEYS) do
  found[index] = redis.call('EXISTS', people)
end
return found

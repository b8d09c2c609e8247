-- What the operations share. redis.py puts the constants, now() and this before each of them.
--
-- KEYS are those of one room: a hash of its epoch, version, settings, lock, breakouts ('' once they were closed), whether a host
-- has come (hosted), the run of Redis it belongs to, and the epoch in which places were kept (reclaim.lua); its people, id -> seat
-- as JSON; a sorted set of deadlines in milliseconds; the set of banned identities; the verdicts by id; a hash of the visits of
-- an identity (visits.py), one key for each, with ':' and the identity behind it, which expires by itself; and what was said with
-- verdicts, by id. The first and the fourth linger when nobody is left.
--
-- A seat is a record (base.py) with four fields that stay in here: `order` of arrival, `token`, `previous` (the token
-- used last), and `lapsed` (the reaper detached it, so its worker may take it up again).

local ROOM, PEOPLE, DEADLINES, BANNED, VERDICTS, VISITS, WORDS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local DECIDED = {removed = true, denied = true, ended = true}

local function everybody()
  local seats = {}
  for index, text in ipairs(redis.call('HVALS', PEOPLE)) do
    seats[index] = cjson.decode(text)
  end
  table.sort(seats, function(a, b) return a.order < b.order end)
  return seats
end

local function find(seats, id)
  for index, seat in ipairs(seats) do
    if seat.id == id then return seat, index end
  end
end

-- A worker of the release before writes no hand.
local function hand(seat)
  return seat.hand or 0
end

-- Nor a place.
local function place(seat)
  return seat.place or ''
end

local function is_host(seat)
  return seat.role == 'owner' or seat.role == 'host'
end

-- Give a role. A new host or owner is no longer restricted.
local function cast(seat, role)
  local before = seat.role
  seat.role = role
  if role ~= before and is_host(seat) then seat.restrictions = nil end
end

local function count(seats, state)
  local found = 0
  for _, seat in ipairs(seats) do
    if seat.state == state then found = found + 1 end
  end
  return found
end

local function banned(identity)
  return redis.call('SISMEMBER', BANNED, identity) == 1
end

-- The verdict on somebody, false if none is remembered.
local function verdict(id)
  return redis.call('HGET', VERDICTS, id)
end

-- The verdict, with what was said with it.
local function dismissal(id)
  local decided, words = verdict(id), redis.call('HGET', WORDS, id)
  return decided and words and decided .. ' ' .. words or decided
end

local function visits(identity)
  local key = VISITS .. ':' .. identity
  local found = redis.call('HMGET', key, 'since', 'entries', 'times', 'until')
  for index = 1, 4 do found[index] = tonumber(found[index] or 0) end
  return key, unpack(found)
end

-- For how many milliseconds this identity cannot enter; not more than 0 if it can.
local function hasty(identity)
  local _, since, entries, _, ends = visits(identity)
  if entries >= ENTRIES then ends = math.max(ends, since + ENTRIES_MS) end
  return ends - now()
end

local function entered(identity)
  local key, since, entries = visits(identity)
  if now() >= since + ENTRIES_MS then since, entries = now(), 0 end
  redis.call('HSET', key, 'since', since, 'entries', entries + 1)
  redis.call('PEXPIRE', key, VISITS_MS)
end

local function sent_away(identity)
  local key, _, _, times = visits(identity)
  redis.call('HSET', key, 'times', times + 1, 'until', now() + math.min(WAIT_MS * 2 ^ times, WAIT_MOST_MS), 'back', 0)
  redis.call('PEXPIRE', key, VISITS_MS)
end

local function lost(identity)
  local key = visits(identity)
  redis.call('HSET', key, 'back', now() + RETURN_MS)
  redis.call('PEXPIRE', key, VISITS_MS)
end

-- Whether this identity was in the meeting and was lost a short time ago.
local function comes_back(identity)
  local key = visits(identity)
  return now() < tonumber(redis.call('HGET', key, 'back') or 0)
end

local function forbidden(seat)
  local uses = {}
  for use, how in pairs(seat.restrictions or {}) do
    if how == 'forbidden' then uses[#uses + 1] = use end
  end
  return uses
end

-- What is forbidden to somebody who leaves is so when they come back as another participant.
local function remember(seat)
  local key, uses = VISITS .. ':' .. seat.identity, forbidden(seat)
  if #uses == 0 then
    redis.call('HDEL', key, 'forbidden')
  else
    redis.call('HSET', key, 'forbidden', table.concat(uses, ' '))
    redis.call('PEXPIRE', key, VISITS_MS)
  end
end

-- The restrictions of somebody who enters: what was forbidden to this identity, and is to another participant of theirs.
local function inherited(seats, record)
  local found = {}
  if is_host(record) then return found end
  for use in string.gmatch(redis.call('HGET', VISITS .. ':' .. record.identity, 'forbidden') or '', '%S+') do
    found[use] = 'forbidden'
  end
  for _, seat in ipairs(seats) do
    if seat.identity == record.identity then
      for _, use in ipairs(forbidden(seat)) do found[use] = 'forbidden' end
    end
  end
  return found
end

local function write(seat, deadline)
  redis.call('HSET', PEOPLE, seat.id, cjson.encode(seat))
  if deadline then redis.call('ZADD', DEADLINES, deadline, seat.id) end
end

local function attach(seat)
  seat.link, seat.lapsed = 'attached', nil
  write(seat, now() + LEASE_MS)
end

local function detach(seat, grace, lapsed)
  seat.link, seat.lapsed = 'detached', lapsed
  write(seat, now() + grace)
end

local function linger()
  redis.call('PEXPIRE', ROOM, LINGER_MS)
  redis.call('PEXPIRE', BANNED, LINGER_MS)
end

-- The id of this run of Redis. It changes when Redis is started anew or a replica takes over. False where INFO is forbidden.
local function run()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%w+)')
end

-- A room of another run may be an older state, whatever its version. It gets a new epoch, and everybody in it the time of a
-- lease to be put back. Answers whether the room was of another run.
local function adopt(epoch)
  local before, present = redis.call('HGET', ROOM, 'run'), run()
  if not present or before == present or redis.call('EXISTS', ROOM) == 0 then return false end
  redis.call('HSET', ROOM, 'run', present)
  if not before then return false end
  redis.call('HSET', ROOM, 'epoch', epoch)
  local deadline = now() + LEASE_MS
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', deadline)) do
    redis.call('ZADD', DEADLINES, deadline, id)
  end
  return true
end

-- Settings as a worker of this release has them. One of the release before knows one lobby, guests_wait.
local function complete(values)
  values.chat = values.chat or 'everyone'
  values.hosts_only = values.hosts_only or ''
  values.waits = values.waits or (values.guests_wait and 'guests' or 'nobody')
  values.opens = values.opens or 'never'
  values.opens_at = values.opens_at or 0
  values.guests_wait = nil
  return values
end

-- The settings that apply to the room. The lock is also a field of its own for workers of the release before, which set it and
-- nothing else. In a room that only they know, the capacity is not checked.
local function settings()
  local known = redis.call('HMGET', ROOM, 'settings', 'locked')
  local ours = known[1] and cjson.decode(known[1]) or {version = -1, capacity = 1000, policy = 'all'}
  ours.locked = known[2] == '1'
  return complete(ours)
end

-- Apply the settings in this text unless the present ones are newer. Answers whether that changes anything but their version.
local function follow(text)
  local theirs, ours, differs = complete(cjson.decode(text)), settings(), false
  if theirs.version < ours.version then return false end
  for key, value in pairs(theirs) do
    differs = differs or (key ~= 'version' and ours[key] ~= value)
  end
  redis.call('HSET', ROOM, 'settings', text, 'locked', theirs.locked and '1' or '0')
  return differs
end

-- The breakouts of the room; nil if there are none.
local function breakouts()
  local text = redis.call('HGET', ROOM, 'breakouts')
  return text and text ~= '' and cjson.decode(text) or nil
end

local function keep(known)
  redis.call('HSET', ROOM, 'breakouts', known and cjson.encode(known) or '')
end

-- As JSON, and how many milliseconds remain, 0 where no time is set.
local function breakouts_now()
  local known = breakouts()
  if not known then return '', 0 end
  return cjson.encode(known), known.ends_at > 0 and math.max(1, known.ends_at - now()) or 0
end

local function is_place(where)
  if where == '' then return true end
  local known = breakouts()
  for _, room in ipairs(known and known.rooms or {}) do
    if room.id == where then return true end
  end
  return false
end

-- Where somebody is placed who comes late.
local function late_place(seats, seat)
  local known = breakouts()
  if not known or known.late == 'main' or is_host(seat) then return '' end
  local found, fewest = '', math.huge
  for _, room in ipairs(known.rooms) do
    local there = 0
    for _, other in ipairs(seats) do
      if other.state == 'present' and place(other) == room.id then there = there + 1 end
    end
    if there < fewest then found, fewest = room.id, there end
  end
  return found
end

-- Puts somebody in a place, where they ask for help no more; adds to `moves` who moved and where.
local function put(seat, where, moves)
  if moves and place(seat) ~= where then
    moves[#moves + 1] = seat.id
    moves[#moves + 1] = where
  end
  seat.place, seat.help = where, false
  write(seat)
end

-- Makes a new or lingering room live, and applies these settings.
local function open(text, live, epoch)
  if live then
    if follow(text) then redis.call('HINCRBY', ROOM, 'version', 1) end
    return
  end
  if redis.call('EXISTS', ROOM) == 0 then
    redis.call('HSET', ROOM, 'epoch', epoch, 'version', 0)
    local present = run()
    if present then redis.call('HSET', ROOM, 'run', present) end
  end
  redis.call('HDEL', ROOM, 'breakouts')
  follow(text)
  redis.call('PERSIST', ROOM)
  redis.call('PERSIST', BANNED)
end

local function workers(seats, seat, before)
  local names, seen = {}, {}
  local function add(name)
    if name and not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  for _, other in ipairs(seats) do
    if other.link == 'attached' then add(other.worker) end
  end
  if seat then add(seat.worker) end
  add(before)
  table.sort(names)
  return names
end

-- A change at the room's present version: epoch, version, reason, record, workers.
local function latest(seats, seat, before, reason)
  local room = redis.call('HMGET', ROOM, 'epoch', 'version')
  local record = seat and cjson.encode(seat) or ''
  return {room[1], tonumber(room[2]), reason or '', record, workers(seats, seat, before)}
end

-- Whether a host has come since somebody is present: the field `hosted`.
local function notice_hosts(seats)
  local present, hosted = false, false
  for _, seat in ipairs(seats) do
    present = present or seat.state == 'present'
    hosted = hosted or (seat.state == 'present' and is_host(seat))
  end
  if hosted then redis.call('HSET', ROOM, 'hosted', '1') end
  if not present then redis.call('HDEL', ROOM, 'hosted') end
end

-- Whether the lobby holds somebody back now.
local function lobby_holds(rules, seat)
  local opened = rules.opens == 'host' and redis.call('HGET', ROOM, 'hosted') == '1'
  if opened or (rules.opens == 'time' and now() >= rules.opens_at * 1000) then return false end
  if rules.waits == 'guests' then return seat.role == 'guest' and string.sub(seat.identity, 1, 6) == 'guest:' end
  if rules.waits == 'nonmembers' then return seat.role == 'guest' end
  return rules.waits == 'nonhosts' and not is_host(seat)
end

local function changed(seats, seat, before, reason)
  redis.call('HINCRBY', ROOM, 'version', 1)
  notice_hosts(seats)
  return latest(seats, seat, before, reason)
end

-- A change of the breakouts has them, how long they remain, and who was moved, too.
local function divided(seats, moves)
  local change = changed(seats)
  change[6], change[7] = breakouts_now()
  change[8] = moves
  return change
end

local function let_in(seats, seat)
  seat.state, seat.lobby, seat.note, seat.place = 'present', false, '', late_place(seats, seat)
  write(seat)
  return changed(seats, seat)
end

local function remove(seats, seat, reason)
  local _, index = find(seats, seat.id)
  table.remove(seats, index)
  redis.call('HDEL', PEOPLE, seat.id)
  redis.call('ZREM', DEADLINES, seat.id)
  if #seats == 0 then linger() end
  if DECIDED[reason] then
    redis.call('HSET', VERDICTS, seat.id, reason)
    redis.call('PEXPIRE', VERDICTS, LINGER_MS)
  end
  remember(seat)
  if not is_host(seat) and (reason == 'removed' or reason == 'denied') then sent_away(seat.identity) end
  if reason == 'timeout' and seat.state == 'present' then lost(seat.identity) end
  return changed(seats, seat, nil, reason)
end

-- Epoch, version, settings, people, verdicts, breakouts and how long they remain.
local function snapshot(seats)
  local room = redis.call('HMGET', ROOM, 'epoch', 'version')
  local people = {}
  for index, seat in ipairs(seats) do
    people[index] = cjson.encode(seat)
  end
  local known, remaining = breakouts_now()
  return {room[1], tonumber(room[2]), cjson.encode(settings()), people, redis.call('HGETALL', VERDICTS), known, remaining}
end

-- Seats a record in an open room, in the place of an older one of the same id.
local function seat_at(seats, seat)
  local replaced, index = find(seats, seat.id)
  seat.order = replaced and replaced.order or redis.call('HGET', ROOM, 'version') + 1
  seats[index or #seats + 1] = seat
  attach(seat)
  return {changed(seats, seat, replaced and replaced.worker), snapshot(seats)}
end

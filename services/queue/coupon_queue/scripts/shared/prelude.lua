-- What every script of one line shares: the names of its keys, its state, and how a person enters and leaves.
-- Set in front of each script by lua.py. All keys of one line share a hash tag, so one cluster slot.
local META      = KEYS[1]   -- hash: the event's facts (see announce.lua) and the line's counters
local NUMBERS   = KEYS[2]   -- hash account -> "number trace_id", while waiting or claimed
local WAITING   = KEYS[3]   -- zset account by number
local CLAIMS    = KEYS[4]   -- stream: claims that Kafka has not acknowledged yet
local INFLIGHT  = KEYS[5]   -- zset claim_id by the time it was taken: claims that main has not answered yet
local OUTCOMES  = KEYS[6]   -- hash account -> "issued number serial coupon_id" or "refused number reason"
local ISSUED    = KEYS[7]   -- hash serial -> account: units that main has committed
local RETURNED  = KEYS[8]   -- list of serials that came back, for the next in line
local GONE      = KEYS[9]   -- hash account -> the highest number that account gave up
local GRACE     = KEYS[10]  -- zset account by the time its place lapses: people without an open stream
local DEPARTED  = KEYS[11]  -- zset by number: places that were left since the last frame
local REJOINED  = KEYS[12]  -- zset by number: places that were taken again since the last frame
local INSTANCES = KEYS[13]  -- set of queue instances that hold streams of this line
local PUBLIC    = KEYS[14]  -- hash that main may show (salon_contracts.redis_keys)
local CHANNEL   = KEYS[15]  -- channel: frames ("F" + JSON) and changes of places ("P" + JSON)
-- Of a lottery only.
local REGISTERED = KEYS[16] -- hash account -> trace_id: who takes part in the draw; frozen from the opening until it is drawn
local DRAWN     = KEYS[17]  -- hash entry -> number: drawn for people whom this Redis does not know (it was lost)

local LINE_KEYS = {META, NUMBERS, WAITING, CLAIMS, INFLIGHT, OUTCOMES, ISSUED, RETURNED, GONE, GRACE, DEPARTED, REJOINED,
  INSTANCES, PUBLIC, REGISTERED, DRAWN}

-- One clock for all instances. It opens and closes the line and ends a grace period; it never orders people.
local function now_ms()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- After Redis was lost, main's answers are read again and people bring their numbers back. Until both is done nobody is
-- served and no new number is given: it could be one that somebody holds. The answers are in when settlement says so
-- (answers_read.lua), however long that takes; for the people there is a time.
local REBUILD_MS = 5000

local function is_being_rebuilt()
  local m = redis.call('HMGET', META, 'rebuilt_from_ms', 'answers_read')
  if not m[1] then return false end
  if m[2] ~= m[1] then return true end
  local since = now_ms() - tonumber(m[1])
  return since >= 0 and since < REBUILD_MS
end

-- The numbers up to this one are taken, whether or not this Redis knows by whom.
local function take_numbers_up_to(number)
  if tonumber(redis.call('HGET', META, 'next_number') or '0') < number then
    redis.call('HSET', META, 'next_number', number)
  end
end

-- Nobody is registered any more, and whoever comes later stands behind all who are.
local function shut_list(now)
  redis.call('HSET', META, 'shut_ms', now)
  take_numbers_up_to(redis.call('HLEN', REGISTERED))
end

-- not-open | drawing | open | paused | sold-out | closed; nil when this Redis does not know the event.
-- The first script that sees a lottery's hour shuts its list; after a lost Redis, only when people could register again.
local function line_state()
  local m = redis.call('HMGET', META, 'event_state', 'opens_ms', 'closes_ms', 'paused', 'quantity', 'opened_ms',
    'line_order', 'shut_ms', 'drawn')
  if not m[1] then return nil end
  local now = now_ms()
  if redis.call('HLEN', ISSUED) >= tonumber(m[5]) then return 'sold-out' end
  if m[1] == 'closed' or now >= tonumber(m[3]) then return 'closed' end
  -- What has opened stays open (see tick.lua): a clock that steps back must not shut the line.
  if now < tonumber(m[2]) and m[6] ~= m[2] and not m[8] then return 'not-open' end
  if m[7] == 'lottery' and not m[9] then
    if not m[8] and not is_being_rebuilt() then shut_list(now) end
    return 'drawing'
  end
  if m[4] == '1' or is_being_rebuilt() then return 'paused' end
  return 'open'
end

local function is_final(state)
  return state == 'sold-out' or state == 'closed'
end

-- Whatever is known of a line ends a week after its event; what was brought back later, within the hour. The leader does
-- this every five seconds; who changes a line that may have no ticks any more does it too. See key_table.py.
local KEPT_MS, BROUGHT_BACK_MS = 7 * 24 * 3600 * 1000, 3600 * 1000

local function limit_lifetimes()
  local closes_ms = redis.call('HGET', META, 'closes_ms')
  if not closes_ms then return end
  local ends_ms = closes_ms + KEPT_MS
  local now = now_ms()
  if ends_ms < now then ends_ms = now + BROUGHT_BACK_MS end
  local function limit(key)
    local set = redis.call('PEXPIRETIME', key)  -- asked first: what changes nothing need not go to replicas
    if set ~= -2 and set ~= ends_ms then redis.call('PEXPIREAT', key, string.format('%.0f', ends_ms)) end
  end
  for _, key in ipairs(LINE_KEYS) do limit(key) end
  for _, instance in ipairs(redis.call('SMEMBERS', INSTANCES)) do limit(META .. ':streams:' .. instance) end
end

local function stock_left()
  local quantity = tonumber(redis.call('HGET', META, 'quantity') or '0')
  return math.max(0, quantity - redis.call('HLEN', ISSUED) - redis.call('ZCARD', INFLIGHT))
end

local function number_of(account)
  local entry = redis.call('HGET', NUMBERS, account)
  return entry and tonumber(string.match(entry, '^(%d+)'))
end

-- Who left after the list was shut stays in it, so that every leader reads the same list.
local function is_registered(account)
  return redis.call('HEXISTS', REGISTERED, account) == 1 and redis.call('HEXISTS', GONE, account) == 0
end

-- Without a number yet, and not gone.
local function registered_left()
  return redis.call('HLEN', REGISTERED) - tonumber(redis.call('HGET', META, 'unregistered') or '0')
end

local function waiting_count()
  return redis.call('ZCARD', WAITING) + registered_left()
end

local function publish_changes(changes)
  redis.call('PUBLISH', CHANNEL, 'P' .. cjson.encode(changes))
end

-- One number may leave and come back more than once between two frames, so each time is a member of its own.
local function note_departed(number)
  redis.call('ZADD', DEPARTED, number, redis.call('HINCRBY', META, 'notes', 1))
end

local function note_rejoined(number)
  redis.call('ZADD', REJOINED, number, redis.call('HINCRBY', META, 'notes', 1))
end

-- The person gives up the place. Remembered, so that the old ticket cannot bring it back.
local function depart(account, number)
  redis.call('ZREM', WAITING, account)
  redis.call('HDEL', NUMBERS, account)
  redis.call('HSET', GONE, account, number)
  redis.call('ZREM', GRACE, account)
  note_departed(number)
end

-- `instances`, when a script asks for many, are read by it once.
local function has_stream(account, instances)
  for _, instance in ipairs(instances or redis.call('SMEMBERS', INSTANCES)) do
    if redis.call('SISMEMBER', META .. ':streams:' .. instance, account) == 1 then return true end
  end
  return false
end

-- A leader that lost its lease changes nothing: the line remembers the highest epoch that acted on it, and whose it was.
local function lost_lease(epoch, leader)
  local m = redis.call('HMGET', META, 'epoch', 'leader', 'revision')
  if not m[3] then return false end -- there is no such line here, and nothing to fence
  local seen = tonumber(m[1] or '0')
  if epoch < seen or (epoch == seen and m[2] ~= leader) then return true end
  if epoch > seen then redis.call('HSET', META, 'epoch', epoch, 'leader', leader) end
  return false
end

-- Where one person stands, as of the last frame, so that the next frame's arithmetic is exact:
-- departures that no frame has carried yet are added again.
-- Who is registered for a draw has the number 0 and nobody ahead yet.
-- {state, number, ahead, seq, admitted, what a place costs (low high) or '', serial, coupon_id, reason}, or nil when not in this line.
-- A script that asks for many reads `last_frame` and `line_state` once and hands them in.
local function last_frame()
  return redis.call('HMGET', META, 'seq', 'admitted', 'eta_per_place')
end

local function place_of(account, frame, state)
  local m = frame or last_frame()
  local seq, admitted, cost = m[1] or '0', m[2] or '0', m[3] or ''
  local outcome = redis.call('HGET', OUTCOMES, account)
  if outcome then
    local kind, number, rest = string.match(outcome, '^(%S+) (%d+) (.*)$')
    if kind == 'refused' then return {'refused', number, '', seq, admitted, cost, '', '', rest} end
    local serial, coupon = string.match(rest, '^(%d+) (.*)$')
    return {'issued', number, '', seq, admitted, cost, serial, coupon, ''}
  end
  state = state or line_state()
  local number = number_of(account)
  -- While the numbers are being written, nobody is told theirs: others may still come in front.
  if (state == 'drawing' or not number) and is_registered(account) then
    return {is_final(state) and state or 'registered', '0', '', seq, admitted, cost, '', '', ''}
  end
  if not number then return nil end
  local rank = redis.call('ZRANK', WAITING, account)
  if not rank then return {'claimed', tostring(number), '0', seq, admitted, cost, '', '', ''} end
  if is_final(state) then return {state, tostring(number), '', seq, admitted, cost, '', '', ''} end
  local unsent = redis.call('ZCOUNT', DEPARTED, '-inf', '(' .. number)
  local unsent_returns = redis.call('ZCOUNT', REJOINED, '-inf', '(' .. number)
  if state == 'drawing' then rank = rank + registered_left() end
  return {'waiting', tostring(number), tostring(rank + unsent - unsent_returns), seq, admitted, cost, '', '', ''}
end

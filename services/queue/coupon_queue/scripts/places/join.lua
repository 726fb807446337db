-- Give accounts their one place each in the line, in the order given. The order is one counter's; asking again gives
-- the same place. A ticket number (already verified; 0 for none) restores its own number when this Redis lost it or
-- gave a later one; "e" and an entry is the ticket of someone who was registered for a draw. Bounded by the number of
-- accounts given, each as "account ticket trace_id".
-- Returns a line of text for each: "1|place…" when a new number was given, else "0|place…", or "refusal|opens_ms".
local grace_ms = tonumber(ARGV[1])
local only_restore = ARGV[2] == '1'  -- an instance brings back one of its own streams: never a new number

-- What joining does not change is read once for all of them.
local state, frame, rebuilding, instances = line_state(), last_frame(), is_being_rebuilt(), redis.call('SMEMBERS', INSTANCES)
local m = redis.call('HMGET', META, 'max_waiting', 'line_order', 'shut_ms', 'rebuilt_from_ms')
local max_waiting, is_lottery, is_shut, was_lost = tonumber(m[1] or '0'), m[2] == 'lottery', m[3], m[4]
local lapses = now_ms() + grace_ms

local function placed(created, account)
  return created .. '|' .. table.concat(place_of(account, frame, state), '|')
end

local function register(account, trace_id)
  if waiting_count() >= max_waiting then return 'line-full' end
  redis.call('HSET', REGISTERED, account, trace_id)
  return placed(1, account)
end

-- Until a lost draw is read again, nobody knows how many numbers it gave.
local function is_full()
  if state == 'drawing' then return was_lost or waiting_count() >= max_waiting end
  return rebuilding or redis.call('ZCARD', WAITING) >= max_waiting
end

-- A ticket that is older than the number known here takes its own place back.
local function move(account, number, ticket, trace_id)
  note_departed(number)
  note_rejoined(ticket)
  redis.call('ZADD', WAITING, ticket, account)
  redis.call('HSET', NUMBERS, account, ticket .. ' ' .. trace_id)
  publish_changes({account = account, state = 'waiting', number = ticket})
end

local function enter(created, account, number, trace_id)
  redis.call('HSET', NUMBERS, account, number .. ' ' .. trace_id)
  redis.call('ZADD', WAITING, number, account)
  if not has_stream(account, instances) then redis.call('ZADD', GRACE, lapses, account) end
  return placed(created, account)
end

local function join(account, ticket, trace_id)
  if not state then return 'unknown-event' end
  if redis.call('HEXISTS', OUTCOMES, account) == 1 then return placed(0, account) end

  local entry = string.match(ticket, '^e(%x+)$')
  ticket = tonumber(entry and redis.call('HGET', DRAWN, entry) or not entry and ticket or '0')
  local number = number_of(account)
  local given_up = tonumber(redis.call('HGET', GONE, account) or '0')
  local has_older = ticket > given_up and (not number or ticket < number)

  if number then
    if has_older and redis.call('ZSCORE', WAITING, account) then move(account, number, ticket, trace_id) end
    return placed(0, account)
  end

  if state == 'drawing' and is_registered(account) then return placed(0, account) end
  if state == 'not-open' and is_lottery then
    return is_registered(account) and placed(0, account) or register(account, trace_id)
  end
  if state == 'not-open' then return 'not-yet-open|' .. redis.call('HGET', META, 'opens_ms') end
  if is_final(state) then return state end

  if has_older then
    note_rejoined(ticket)
    take_numbers_up_to(ticket)
    return enter(0, account, ticket, trace_id)
  end
  if entry and state == 'drawing' and not is_shut then return register(account, trace_id) end
  if only_restore then return 'not-in-line' end
  if is_full() then return 'line-full' end
  number = redis.call('HINCRBY', META, 'next_number', 1)
  return enter(1, account, number, trace_id)
end

local answers = {}
for i = 3, #ARGV do
  local account, ticket, trace_id = string.match(ARGV[i], '^(%S+) (%S+) (%S+)$')
  answers[#answers + 1] = join(account, ticket, trace_id)
end
if state and is_final(state) then limit_lifetimes() end
return table.concat(answers, '\n')

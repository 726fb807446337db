-- Give accounts their one place each in the line, in the order given. The order is one counter's; asking again gives
-- the same place. A ticket number (already verified; 0 for none) restores its own number when this Redis lost it or
-- gave a later one. Bounded by the number of accounts given, each as "account ticket trace_id".
-- Returns a line of text for each: "1|place…" when a new number was given, else "0|place…", or "refusal|opens_ms".
local grace_ms = tonumber(ARGV[1])
local only_restore = ARGV[2] == '1'  -- an instance brings back one of its own streams: never a new number

-- What joining does not change is read once for all of them.
local state, frame, rebuilding, instances = line_state(), last_frame(), is_being_rebuilt(), redis.call('SMEMBERS', INSTANCES)
local max_waiting = tonumber(redis.call('HGET', META, 'max_waiting') or '0')
local lapses = now_ms() + grace_ms

local function placed(created, account)
  return created .. '|' .. table.concat(place_of(account, frame, state), '|')
end

local function join(account, ticket, trace_id)
  if not state then return 'unknown-event' end
  if redis.call('HEXISTS', OUTCOMES, account) == 1 then return placed(0, account) end

  local number = number_of(account)
  local given_up = tonumber(redis.call('HGET', GONE, account) or '0')
  local has_older = ticket > given_up and (not number or ticket < number)

  if number then
    if has_older and redis.call('ZSCORE', WAITING, account) then
      note_departed(number)
      note_rejoined(ticket)
      redis.call('ZADD', WAITING, ticket, account)
      redis.call('HSET', NUMBERS, account, ticket .. ' ' .. trace_id)
      tell({account = account, state = 'waiting', number = ticket})
    end
    return placed(0, account)
  end

  if state == 'not-open' then return 'not-yet-open|' .. redis.call('HGET', META, 'opens_ms') end
  if is_final(state) then return state end

  local created = 1
  if has_older then
    created, number = 0, ticket
    note_rejoined(number)
    if tonumber(redis.call('HGET', META, 'next_number') or '0') < number then
      redis.call('HSET', META, 'next_number', number)
    end
  elseif only_restore then
    return 'not-in-line'
  elseif rebuilding or redis.call('ZCARD', WAITING) >= max_waiting then
    return 'line-full'
  else
    number = redis.call('HINCRBY', META, 'next_number', 1)
  end
  redis.call('HSET', NUMBERS, account, number .. ' ' .. trace_id)
  redis.call('ZADD', WAITING, number, account)
  if not has_stream(account, instances) then redis.call('ZADD', GRACE, lapses, account) end
  return placed(created, account)
end

local answers = {}
for i = 3, #ARGV do
  local account, ticket, trace_id = string.match(ARGV[i], '^(%S+) (%S+) (%S+)$')
  answers[#answers + 1] = join(account, tonumber(ticket), trace_id)
end
return table.concat(answers, '\n')

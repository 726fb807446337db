-- Give an account its one place in the line. The order is one counter's; asking again gives the same place.
-- A ticket number (already verified; 0 for none) restores its own number when this Redis lost it or gave a later one.
-- Returns {1 when a new number was given, else 0; place...}, or {refusal, opens_ms}.
local account, ticket, trace_id, grace_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local only_restore = ARGV[5] == '1'  -- an instance brings back one of its own streams: never a new number

local state = line_state()
if not state then return {'unknown-event'} end
if redis.call('HEXISTS', OUTCOMES, account) == 1 then return {0, unpack(place_of(account))} end

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
  return {0, unpack(place_of(account))}
end

if state == 'not-open' then return {'not-yet-open', redis.call('HGET', META, 'opens_ms')} end
if is_final(state) then return {state} end

local created = 1
if has_older then
  created, number = 0, ticket
  note_rejoined(number)
  if tonumber(redis.call('HGET', META, 'next_number') or '0') < number then
    redis.call('HSET', META, 'next_number', number)
  end
elseif only_restore then
  return {'not-in-line'}
elseif is_being_rebuilt() then
  return {'line-full'}
else
  if redis.call('ZCARD', WAITING) >= tonumber(redis.call('HGET', META, 'max_waiting')) then return {'line-full'} end
  number = redis.call('HINCRBY', META, 'next_number', 1)
end
redis.call('HSET', NUMBERS, account, number .. ' ' .. trace_id)
redis.call('ZADD', WAITING, number, account)
if not has_stream(account) then redis.call('ZADD', GRACE, now_ms() + grace_ms, account) end
return {created, unpack(place_of(account))}

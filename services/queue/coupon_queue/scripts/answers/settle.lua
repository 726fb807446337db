-- Take in main's answers to claims of one line: ARGV holds eight words for each
-- (issued|refused, claim_id, account, number, serial, coupon_id, reason, trace_id). The same answer again changes nothing.
-- Returns {answers that changed something, stock left, claims in flight, answer time in ms or -1 for each answer},
-- or {} when this Redis does not know the event.
if not line_state() then return {} end
local now, changed, times = now_ms(), 0, {}
local changes = {}  -- in one message: hundreds of them cost each instance more than what stands in them

local function close_case(account, outcome)
  redis.call('HSET', OUTCOMES, account, outcome)
  redis.call('HDEL', NUMBERS, account)
  redis.call('ZREM', GRACE, account)
  local waited = redis.call('ZSCORE', WAITING, account)
  if waited then -- came back after this Redis was lost, while main still had the claim
    redis.call('ZREM', WAITING, account)
    note_departed(tonumber(waited))
  end
end

local function issued(account, number, serial, coupon_id, trace_id)
  if redis.call('HGET', ISSUED, serial) == account then return end
  redis.call('HSET', ISSUED, serial, account)
  close_case(account, 'issued ' .. number .. ' ' .. serial .. ' ' .. coupon_id)
  changed = changed + 1
  changes[#changes + 1] = {
    account = account, state = 'issued', number = tonumber(number), serial = tonumber(serial), coupon_id = coupon_id,
    trace_id = trace_id
  }
end

local function refused(account, number, serial, reason, trace_id)
  changed = changed + 1
  if string.match(redis.call('HGET', OUTCOMES, account) or '', '^issued') then -- two claims of one person, after a lost Redis
    if reason ~= 'serial-taken' then redis.call('RPUSH', RETURNED, serial) end
    return
  end
  if reason == 'serial-taken' then -- the unit is someone's; the customer did nothing wrong and stays in front
    redis.call('HSETNX', ISSUED, serial, '?')
    redis.call('ZADD', WAITING, number, account)
    note_rejoined(tonumber(number))
    changes[#changes + 1] = {account = account, state = 'waiting', number = tonumber(number)}
    return
  end
  redis.call('RPUSH', RETURNED, serial)
  close_case(account, 'refused ' .. number .. ' ' .. reason)
  changes[#changes + 1] = {account = account, state = 'refused', number = tonumber(number), reason = reason, trace_id = trace_id}
end

for i = 1, #ARGV, 8 do
  local claim_id, account, number, serial = ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local taken_at = redis.call('ZSCORE', INFLIGHT, claim_id)
  redis.call('ZREM', INFLIGHT, claim_id)
  times[#times + 1] = taken_at and now - tonumber(taken_at) or -1
  if ARGV[i] == 'issued' then
    issued(account, number, serial, ARGV[i + 5], ARGV[i + 7])
  elseif taken_at then
    refused(account, number, serial, ARGV[i + 6], ARGV[i + 7])
  end
end
if #changes > 0 then publish_changes(changes) end
limit_lifetimes() -- answers may come, or come again, when the line has no ticks any more
return {changed, stock_left(), redis.call('ZCARD', INFLIGHT), unpack(times)}

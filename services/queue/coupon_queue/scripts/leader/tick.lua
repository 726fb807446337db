-- Make and publish the one frame that everybody in this line gets. The work does not depend on how many wait.
-- Departures go out as ranges, at most `batch` numbers a frame; the rest waits for the next frame.
-- Returns what `answer` names, {-1} to a leader that lost its lease, {} when this Redis does not know the event.
local epoch, leader, batch, stalled_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local knows_spread, spread_low, spread_high = ARGV[5] == '1', ARGV[6], ARGV[7]
local state = line_state()
if not state then return {} end
if lost_lease(epoch, leader) then return {-1} end
if state == 'open' or state == 'paused' then redis.call('HSET', META, 'opened_ms', redis.call('HGET', META, 'opens_ms')) end

-- cjson writes an empty Lua table as {}, so lists are written by hand.
local function take_numbers(key)
  local notes, numbers = redis.call('ZRANGE', key, 0, batch - 1, 'WITHSCORES'), {}
  for i = 2, #notes, 2 do numbers[#numbers + 1] = notes[i] end
  redis.call('ZREMRANGEBYRANK', key, 0, batch - 1)
  return numbers
end

local function ranges(numbers)
  local parts, from, to = {}, nil, nil
  for _, text in ipairs(numbers) do
    local number = tonumber(text)
    if to and number == to + 1 then
      to = number
    else
      if from then parts[#parts + 1] = '[' .. from .. ',' .. to .. ']' end
      from, to = number, number
    end
  end
  if from then parts[#parts + 1] = '[' .. from .. ',' .. to .. ']' end
  return '[' .. table.concat(parts, ',') .. ']'
end

local m = redis.call('HMGET', META, 'admitted', 'serving', 'rate', 'tick_ms', 'tick_admitted', 'framed_state', 'message',
  'rate_weight', 'eta_spread', 'limited_ms')
local now = now_ms()
local admitted, serving = tonumber(m[1] or '0'), m[2] or '0'
local waiting, inflight = waiting_count(), redis.call('ZCARD', INFLIGHT)
local issued, left = redis.call('HLEN', ISSUED), stock_left()
local oldest = redis.call('ZRANGE', INFLIGHT, 0, 0, 'WITHSCORES')[2]
local age = oldest and now - tonumber(oldest) or 0

-- People served per second, smoothed; a tick that comes early (a change of state) does not count. Measured anew each time
-- the line goes on, and weighted so that the zero before it does not count either.
local function measured_rate()
  local rate, since, weight = tonumber(m[3] or '0'), now - tonumber(m[4] or now), tonumber(m[8] or '0')
  local goes_on = state == 'open' and m[6] == 'open'
  if goes_on and since < 500 then return rate end
  if goes_on then
    local served = (admitted - tonumber(m[5])) * 1000 / since
    rate = (0.7 * weight * rate + 0.3 * served) / (0.7 * weight + 0.3)
    weight = 0.7 * weight + 0.3
  else
    rate, weight = 0, 0
  end
  redis.call('HSET', META, 'rate', string.format('%.3f', rate), 'rate_weight', string.format('%.4f', weight),
    'tick_ms', now, 'tick_admitted', admitted)
  return rate
end
local rate = measured_rate()

-- The band of the ETA, and how often it held. A leader who does not know yet how wide it was learns it here.
local function noted_band()
  local spread = not knows_spread and m[9] or spread_low .. ' ' .. spread_high
  local low, high = string.match(spread, '^(%S+) (%S+)$')
  local per_place = rate > 0.01 and string.format('%.6f %.6f', low / rate, high / rate) or ''
  redis.call('HSET', META, 'eta_spread', spread, 'eta_per_place', per_place)
  redis.call('HINCRBY', META, 'eta_checked', ARGV[8])
  redis.call('HINCRBY', META, 'eta_inside', ARGV[9])
  return spread, per_place
end
local spread, per_place = noted_band()

redis.call('HSET', PUBLIC, 'state', state, 'waiting', waiting, 'issued', issued, 'stock', left, 'serving', serving)
if state ~= m[6] or is_final(state) or now - tonumber(m[10] or '0') >= 5000 then
  redis.call('HSET', META, 'limited_ms', now)
  limit_lifetimes()
end
-- Names and values in turn. `frame` is JSON, or empty. `unsent`: departures left over. `spread`: the band's ends, as
-- multiples. `eta_per_place`: the seconds that a place costs (low high), or empty. `samples`: number, ahead, … of a few.
local function answer(frame, unsent, samples)
  return {
    'frame', frame, 'state', state, 'waiting', waiting, 'in_flight', inflight, 'oldest_claim_ms', age, 'issued', issued,
    'unsent', unsent, 'serving', serving, 'spread', spread, 'eta_per_place', per_place, 'samples', samples,
  }
end

local unsent = redis.call('ZCARD', DEPARTED) + redis.call('ZCARD', REJOINED)
local has_audience = waiting > 0 and not is_final(state) or inflight > 0 or unsent > 0
if not has_audience and state == m[6] then
  return answer('', 0, {})
end

local function eta_json()
  if per_place == '' then return 'null' end
  return '{"low_seconds":' .. string.gsub(per_place, ' ', ',"high_seconds":') .. '}'
end

-- Some whom this frame promised a time. While departures are unsent, nobody's frame says exactly who is ahead.
local function samples()
  local found = {}
  if per_place == '' or unsent > 0 or waiting == 0 then return found end
  for _, ahead in ipairs({waiting - 1, math.floor(waiting / 2), math.floor(waiting / 10)}) do
    local number = redis.call('ZRANGE', WAITING, ahead, ahead, 'WITHSCORES')[2]
    if tonumber(number) > tonumber(serving) then -- others were called once and came back
      found[#found + 1] = number
      found[#found + 1] = tostring(ahead)
    end
  end
  return found
end

local function frame_of(seq)
  local message = m[7] or 'null'
  if age >= stalled_ms and message == 'null' then message = '{"code":"issuing-delayed"}' end
  return string.format(
    '{"seq":%d,"state":"%s","serving":%s,"admitted":%d,"waiting":%d,"rate":%.2f,"stock_left":%d,'
    .. '"departed":%s,"returned":[%s],"eta_per_place":%s,"message":%s}',
    seq, state, serving, admitted, waiting, rate, left, ranges(take_numbers(DEPARTED)),
    table.concat(take_numbers(REJOINED), ','), eta_json(), message)
end

local frame = frame_of(redis.call('HINCRBY', META, 'seq', 1))
redis.call('HSET', META, 'framed_state', state)
if is_final(state) then redis.call('UNLINK', GRACE) end
redis.call('PUBLISH', CHANNEL, 'F' .. frame)
unsent = redis.call('ZCARD', DEPARTED) + redis.call('ZCARD', REJOINED)
return answer(frame, unsent, samples())

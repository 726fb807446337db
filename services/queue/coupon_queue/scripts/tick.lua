-- Make and publish the one frame that everybody in this line gets. The work does not depend on how many wait.
-- Departures are told as ranges, at most `batch` numbers a frame; the rest waits for the next frame.
-- Returns {frame JSON or '', state, waiting, in flight, oldest unanswered claim in ms, issued, departures left over},
-- {-1} to a deposed leader, {} when this Redis does not know the event.
local epoch, leader, batch, stalled_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local state = line_state()
if not state then return {} end
if deposed(epoch, leader) then return {-1} end
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

local m = redis.call('HMGET', META, 'admitted', 'serving', 'rate', 'tick_ms', 'tick_admitted', 'framed_state', 'message')
local now = now_ms()
local admitted, serving, rate = tonumber(m[1] or '0'), m[2] or '0', tonumber(m[3] or '0')
local waiting, inflight = redis.call('ZCARD', WAITING), redis.call('ZCARD', INFLIGHT)
local issued, left = redis.call('HLEN', ISSUED), stock_left()
local oldest = redis.call('ZRANGE', INFLIGHT, 0, 0, 'WITHSCORES')[2]
local age = oldest and now - tonumber(oldest) or 0

-- People served per second, smoothed; a tick that comes early (a change of state) does not count.
local since = now - tonumber(m[4] or now)
if not m[4] or since >= 500 then
  if m[4] then rate = 0.7 * rate + 0.3 * (admitted - tonumber(m[5])) * 1000 / since end
  redis.call('HSET', META, 'rate', string.format('%.3f', rate), 'tick_ms', now, 'tick_admitted', admitted)
end

redis.call('HSET', PUBLIC, 'state', state, 'waiting', waiting, 'issued', issued, 'stock', left, 'serving', serving)
local untold = redis.call('ZCARD', DEPARTED) + redis.call('ZCARD', REJOINED)
local has_audience = waiting > 0 and not is_final(state) or inflight > 0 or untold > 0
if not has_audience and state == m[6] then
  return {'', state, waiting, inflight, age, issued, 0}
end

local seq = redis.call('HINCRBY', META, 'seq', 1)
redis.call('HSET', META, 'framed_state', state)
if is_final(state) then -- a line is kept for a week after its event
  local forget_at = redis.call('HGET', META, 'closes_ms') + 7 * 24 * 3600 * 1000
  redis.call('UNLINK', GRACE)
  for i = 1, 14 do redis.call('PEXPIREAT', KEYS[i], forget_at) end
end
local message = m[7] or 'null'
if age >= stalled_ms and message == 'null' then message = '{"code":"issuing-delayed"}' end
local frame = string.format(
  '{"seq":%d,"state":"%s","serving":%s,"admitted":%d,"waiting":%d,"rate":%.2f,"stock_left":%d,'
  .. '"departed":%s,"returned":[%s],"eta_per_place":%s,"message":%s}',
  seq, state, serving, admitted, waiting, rate, left, ranges(take_numbers(DEPARTED)),
  table.concat(take_numbers(REJOINED), ','), rate > 0.01 and string.format('%.4f', 1 / rate) or 'null', message)
redis.call('PUBLISH', WIRE, 'F' .. frame)
return {frame, state, waiting, inflight, age, issued, redis.call('ZCARD', DEPARTED) + redis.call('ZCARD', REJOINED)}

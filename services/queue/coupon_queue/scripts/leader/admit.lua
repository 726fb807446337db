-- Serve the front of the line: for each person one unit of stock, one serial, one outgoing claim, in one step.
-- Never more than the stock that is left, than the window leaves room for, or than `batch`.
-- Returns {admitted, stock left, claims in flight, waiting, serving}, or {-1} to a leader that lost its lease.
local epoch, leader, batch, window = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if lost_lease(epoch, leader) then return {-1} end

local function next_serial()
  local serial = tonumber(redis.call('LPOP', RETURNED) or redis.call('HINCRBY', META, 'next_serial', 1))
  -- Only after a lost Redis can a serial here be one that main has given already. The caller bounds the search.
  return serial, redis.call('HEXISTS', ISSUED, serial) == 0
end

local room = math.min(batch, window - redis.call('ZCARD', INFLIGHT), stock_left())
local quantity = tonumber(redis.call('HGET', META, 'quantity') or '0')
local event_id = redis.call('HGET', META, 'event_id')
local now, claimed, tries = now_ms(), {}, 2 * batch
if line_state() ~= 'open' then room = 0 end

while #claimed < room and tries > 0 and redis.call('ZCARD', WAITING) > 0 do
  tries = tries - 1
  local serial, is_free = next_serial()
  if serial > quantity then break end
  if is_free then
    local first = redis.call('ZPOPMIN', WAITING)
    local account, number = first[1], tonumber(first[2])
    local trace_id = string.match(redis.call('HGET', NUMBERS, account) or '', ' (.+)$') or 'unknown'
    local claim_id = event_id .. ':' .. number .. ':' .. serial
    redis.call('ZADD', INFLIGHT, now, claim_id)
    redis.call('XADD', CLAIMS, '*', 'claim_id', claim_id, 'account', account, 'number', number,
      'serial', serial, 'trace_id', trace_id)
    redis.call('ZREM', GRACE, account)
    if number > tonumber(redis.call('HGET', META, 'serving') or '0') then redis.call('HSET', META, 'serving', number) end
    claimed[#claimed + 1] = {account = account, state = 'claimed', number = number}
  end
end

if #claimed > 0 then
  redis.call('HINCRBY', META, 'admitted', #claimed)
  publish_changes(claimed)
end
return {#claimed, stock_left(), redis.call('ZCARD', INFLIGHT), redis.call('ZCARD', WAITING),
  tonumber(redis.call('HGET', META, 'serving') or '0')}

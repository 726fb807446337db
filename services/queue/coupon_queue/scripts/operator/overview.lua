-- One line as its operator sees it, with the reports of the instances that reported lately.
-- The work depends on the number of instances only.
-- Returns {state, serving, waiting, admitted, issued, stock left, in flight, oldest unanswered claim in ms, what a place costs
-- (low high) or '', promised times checked, of these held, now in ms, report...}, or {} when this Redis does not know the event.
local REPORTS, REPORTED = KEYS[#KEYS - 1], KEYS[#KEYS]
local fresh_ms = tonumber(ARGV[1])
local state = line_state()
if not state then return {} end

local now = now_ms()
local m = redis.call('HMGET', META, 'serving', 'admitted', 'eta_per_place', 'eta_checked', 'eta_inside')
local oldest = redis.call('ZRANGE', INFLIGHT, 0, 0, 'WITHSCORES')[2]
local instances = redis.call('ZRANGEBYSCORE', REPORTED, now - fresh_ms, '+inf', 'LIMIT', 0, 100)
local reports = #instances > 0 and redis.call('HMGET', REPORTS, unpack(instances)) or {}
return {
  state, m[1] or '0', waiting_count(), m[2] or '0', redis.call('HLEN', ISSUED), stock_left(),
  redis.call('ZCARD', INFLIGHT), oldest and now - tonumber(oldest) or 0, m[3] or '',
  m[4] or '0', m[5] or '0', tostring(now), unpack(reports)
}

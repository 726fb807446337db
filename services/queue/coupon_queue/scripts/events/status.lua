-- The public state of one line.
-- Returns {state, serving, waiting, stock left, issued, opens_ms, closes_ms}, or {} when the event is not known.
local state = line_state()
if not state then return {} end
local m = redis.call('HMGET', META, 'serving', 'opens_ms', 'closes_ms')
-- Places are kept after the end, so that everybody can be told how it ended, but nobody waits any more.
local waiting = is_final(state) and 0 or waiting_count()
return {state, m[1] or '0', waiting, stock_left(), redis.call('HLEN', ISSUED), m[2], m[3]}

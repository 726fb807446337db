-- Count one write of an account, so that nobody writes faster for long than a person does (a leaky bucket, GCRA).
-- Kept is only the moment until which the writes so far are paid for. It is kept for `remembered_ms` at least: as long
-- as the key is there, the account wrote a moment ago, and reads where its write certainly is.
-- Returns 0, or the milliseconds to wait: then the write was not counted.
local paid_until    = KEYS[1]
local each_ms       = tonumber(ARGV[1])
local at_once       = tonumber(ARGV[2])
local remembered_ms = tonumber(ARGV[3])

local time = redis.call("TIME")
local now  = time[1] * 1000 + math.floor(time[2] / 1000)
local paid = math.max(now, tonumber(redis.call("GET", paid_until) or now))
local wait = paid - now - each_ms * (at_once - 1)
if wait > 0 then
  return math.ceil(wait)
end
paid = paid + each_ms
redis.call("SET", paid_until, string.format("%.0f", paid), "PX", math.max(remembered_ms, math.ceil(paid - now)))
return 0

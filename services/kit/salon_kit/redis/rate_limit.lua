-- How often something may be done: so many at once, and for long one every `each_ms` (GCRA), counted for all processes.
-- A part of the scripts that count, so that it is one atomic step with what else they do.
-- Kept at `key` is only the moment until which what was done is paid for, and for `kept_ms` at least.
-- Returns 0 when it may be done, and then it is counted; otherwise the milliseconds after which it may.
local function take(key, each_ms, at_once, kept_ms)
  local time = redis.call("TIME")
  local now  = time[1] * 1000 + math.floor(time[2] / 1000)
  local paid = math.max(now, tonumber(redis.call("GET", key) or now))
  -- The clock of a server that takes over may be behind. Nobody waits for longer than a full burst because of that, and it
  -- is kept: else the limit would move along with the clock, and the wait would not end before that had caught up.
  if paid > now + each_ms * at_once then
    paid = now + each_ms * at_once
    redis.call("SET", key, string.format("%.0f", paid), "PX", math.max(kept_ms, math.ceil(paid - now)))
  end
  local wait = paid - now - each_ms * (at_once - 1)
  if wait > 0 then
    return math.ceil(wait)
  end
  paid = paid + each_ms
  redis.call("SET", key, string.format("%.0f", paid), "PX", math.max(kept_ms, math.ceil(paid - now)))
  return 0
end

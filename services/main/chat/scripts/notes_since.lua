-- Since when no note of a sent message has been lost. All are lost when Redis is emptied (then this key is gone too), and
-- some may be when it starts again or another server takes its place (then it has another run_id).
-- Returns {since, now}, both in milliseconds of Unix time.
local since   = KEYS[1]
local keep_ms = tonumber(ARGV[1])
local run_id = string.match(redis.call("INFO", "server"), "run_id:(%w+)")

local time   = redis.call("TIME")
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local known  = redis.call("HMGET", since, "run_id", "at")
redis.call("PEXPIRE", since, keep_ms)
if known[1] ~= run_id then
  redis.call("HSET", since, "run_id", run_id, "at", now_ms)
  redis.call("PEXPIRE", since, keep_ms)
  return {now_ms, now_ms}
end
return {tonumber(known[2]), now_ms}

-- Decide about one message before it goes to the log: sent before, too fast, or go on.
-- A message that was acknowledged costs no token, so a resend after a cut is never refused for speed.
-- Returns {"acknowledged", cursor} | {"reused", 1 if the other words were acknowledged, else 0}
--       | {"too-fast", milliseconds to wait} | {"fresh"} | {"unknown"};
-- "unknown" means that it was begun before and nobody noted how that ended.
local marker     = KEYS[1]
local bucket     = KEYS[2]
local digest     = ARGV[1]
local keep_ms    = tonumber(ARGV[2])
local per_second = tonumber(ARGV[3])
local burst      = tonumber(ARGV[4])

local known = redis.call("HMGET", marker, "digest", "cursor")
if known[1] and known[1] ~= digest then
  return {"reused", known[2] and 1 or 0}
end
if known[2] then
  return {"acknowledged", known[2]}
end

local time   = redis.call("TIME")
local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
local filled = redis.call("HMGET", bucket, "tokens", "at")
local tokens = tonumber(filled[1]) or burst
local passed = math.max(0, now_ms - (tonumber(filled[2]) or now_ms))
tokens = math.min(burst, tokens + passed * per_second / 1000)
if tokens < 1 then
  return {"too-fast", math.ceil((1 - tokens) * 1000 / per_second)}
end
redis.call("HSET", bucket, "tokens", tostring(tokens - 1), "at", now_ms)
redis.call("PEXPIRE", bucket, math.ceil(burst / per_second) * 1000)

if known[1] then
  return {"unknown"}
end
redis.call("HSET", marker, "digest", digest)
redis.call("PEXPIRE", marker, keep_ms)
return {"fresh"}

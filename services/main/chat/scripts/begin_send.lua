-- Decide about one message before it goes to the log: sent before, too fast, or go on.
-- A message that was acknowledged is not counted, so a resend after a cut is never refused for speed.
-- Returns {"acknowledged", cursor} | {"reused", 1 if the other words were acknowledged, else 0}
--       | {"too-fast", milliseconds to wait} | {"fresh"} | {"unknown"};
-- "unknown" means that it was begun before and nobody noted how that ended.
local marker     = KEYS[1]
local paid_until = KEYS[2]
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

local wait_ms = take(paid_until, 1000 / per_second, burst, 0)
if wait_ms > 0 then
  return {"too-fast", wait_ms}
end

if known[1] then
  return {"unknown"}
end
redis.call("HSET", marker, "digest", digest)
redis.call("PEXPIRE", marker, keep_ms)
return {"fresh"}

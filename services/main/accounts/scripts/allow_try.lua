-- Count one try at a password before it is looked at, so that many at once are not more than one after the other.
-- If any of its counters says wait, none is raised. After its free tries a counter makes each further try wait,
-- twice as long as the one before.
-- Returns {1 when it may be looked at, else 0; milliseconds to wait}.
local forget_ms = tonumber(ARGV[1])
-- For each of KEYS, from ARGV[2] on: free tries, the first wait and the longest wait in milliseconds.

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local wait = 0
for _, counter in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call("HGET", counter, "free_at") or now) - now)
end
if wait > 0 then
  return {0, wait}
end

for index, counter in ipairs(KEYS) do
  local free, first, longest = unpack(ARGV, 3 * index - 1, 3 * index + 1)
  local over = redis.call("HINCRBY", counter, "tries", 1) - free
  if over >= 0 then
    redis.call("HSET", counter, "free_at", now + math.min(first * 2 ^ math.min(over, 20), longest))
  end
  redis.call("PEXPIRE", counter, forget_ms)
end
return {1, 0}

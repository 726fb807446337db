-- Count one try at a password before it is looked at, so that many at once are not more than one after the other.
-- If any of its counters says wait, none is raised. After its free tries a counter makes each further try wait,
-- twice as long as the one before.
-- Returns {1 when it may be looked at, else 0; milliseconds to wait}.
local forget_ms = tonumber(ARGV[1])
-- For each of KEYS, from ARGV[2] on: free tries, the first wait and the longest wait in milliseconds.

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function wait_after(tries, index)
  local free, first, longest = unpack(ARGV, 3 * index - 1, 3 * index + 1)
  local over = tries - free
  return over < 0 and 0 or math.min(first * 2 ^ math.min(over, 20), longest)
end

local wait = 0
for index, counter in ipairs(KEYS) do
  local known = redis.call("HMGET", counter, "free_at", "tries")
  local left = tonumber(known[1] or now) - now
  -- The clock of a server that takes over may be behind: nobody waits for longer than after that try.
  local longest = wait_after(tonumber(known[2] or 0), index)
  if left > longest then
    left = longest
    redis.call("HSET", counter, "free_at", now + left)
  end
  wait = math.max(wait, left)
end
if wait > 0 then
  return {0, wait}
end

for index, counter in ipairs(KEYS) do
  local earned = wait_after(redis.call("HINCRBY", counter, "tries", 1), index)
  if earned > 0 then
    redis.call("HSET", counter, "free_at", now + earned)
  end
  redis.call("PEXPIRE", counter, forget_ms)
end
return {1, 0}

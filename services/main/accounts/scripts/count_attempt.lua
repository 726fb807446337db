-- Count one attempt in a window that begins with the first, so that a caller cannot try without end.
-- Returns {attempts so far with this one, milliseconds until the window ends}.
local attempts  = KEYS[1]
local window_ms = ARGV[1]

local count = redis.call("INCR", attempts)
-- Redis keeps the moment at which it ends. Where the clock went back, that is further away than any window is long.
if count == 1 or redis.call("PTTL", attempts) > tonumber(window_ms) then
  redis.call("PEXPIRE", attempts, window_ms)
end
return {count, redis.call("PTTL", attempts)}

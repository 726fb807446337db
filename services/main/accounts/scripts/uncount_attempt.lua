-- Take one attempt back that turned out to be none. A window that has ended meanwhile stays ended.
-- Returns nothing.
local attempts = KEYS[1]

if tonumber(redis.call("GET", attempts) or 0) > 0 then
  redis.call("DECR", attempts)
end

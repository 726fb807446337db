-- A sign of life from one instance.
-- Returns 1, or 0 when the instance had been forgotten (new, declared dead, or Redis was lost).
local beats = KEYS[1]
local t = redis.call('TIME')
return 1 - redis.call('ZADD', beats, t[1] * 1000 + math.floor(t[2] / 1000), ARGV[1])

-- Which instances gave no sign of life for `silent_ms`; with names given, forget those.
-- Returns the names of the silent ones (at most 20).
local beats = KEYS[1]
for i = 2, #ARGV do redis.call('ZREM', beats, ARGV[i]) end
local t = redis.call('TIME')
local before = t[1] * 1000 + math.floor(t[2] / 1000) - ARGV[1]
return redis.call('ZRANGEBYSCORE', beats, '-inf', before, 'LIMIT', 0, 20)

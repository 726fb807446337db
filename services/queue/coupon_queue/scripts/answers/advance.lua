-- Move the read position of one Kafka partition from `expected` to `next`. It lives in Redis beside the effects of what
-- was read, so when Redis is lost or rolled back the position is too, and the answers are read again.
-- Returns the position that holds now: `next`, or what stands there when it is not what we expected.
local positions = KEYS[1]
local partition, expected, position = ARGV[1], ARGV[2], ARGV[3]
local held = redis.call('HGET', positions, partition) or '0'
if held ~= expected then return held end
redis.call('HSET', positions, partition, position)
return position

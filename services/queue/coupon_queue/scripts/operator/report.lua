-- One instance reports what it alone knows about this line. The work is the same however many wait or report.
-- Reports are kept by the time of the newest one; an instance that has been silent for a minute is struck out.
local REPORTS, REPORTED = KEYS[#KEYS - 1], KEYS[#KEYS]
local instance, text = ARGV[1], ARGV[2]
local now = now_ms()
redis.call('HSET', REPORTS, instance, text)
redis.call('ZADD', REPORTED, now, instance)
local silent = redis.call('ZRANGEBYSCORE', REPORTED, '-inf', now - 60000, 'LIMIT', 0, 1)[1]
if silent then
  redis.call('HDEL', REPORTS, silent)
  redis.call('ZREM', REPORTED, silent)
end
redis.call('PEXPIRE', REPORTS, 120000)
redis.call('PEXPIRE', REPORTED, 120000)
return 1

-- Note where a message stands, so that its name gets the same cursor and no other words from now on.
-- It takes the place of what was noted when an attempt began: the log has decided.
local marker  = KEYS[1]
local cursor  = ARGV[1]
local digest  = ARGV[2]
local keep_ms = tonumber(ARGV[3])

redis.call("HSET", marker, "digest", digest, "cursor", cursor)
redis.call("PEXPIRE", marker, keep_ms)
return 1

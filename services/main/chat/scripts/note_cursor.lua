-- Note where a message stands, so that its name gets the same cursor from now on.
-- A first try that is not `sure` gives way if another try began meanwhile: that one may stand before it in the log.
-- Returns 1 when noted, 0 when the caller must look into the log first.
local marker = KEYS[1]
local cursor = ARGV[1]
local sure   = ARGV[2] == "1"

if not sure and redis.call("HEXISTS", marker, "begun_again") == 1 then return 0 end
redis.call("HSET", marker, "cursor", cursor)
return 1

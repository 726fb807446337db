-- Give the lead back at once on a clean stop, so that the next leader need not wait for the lease to end.
-- Returns 1 when it was ours, else 0.
local lock = KEYS[1]
if redis.call('GET', lock) ~= ARGV[1] then return 0 end
return redis.call('DEL', lock)

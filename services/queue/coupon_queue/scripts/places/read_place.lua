-- The place of someone who polls instead of listening. Asking is a sign of life, so it renews the grace period.
-- Returns the place, or an empty list when not in this line.
local account, grace_ms = ARGV[1], tonumber(ARGV[2])
local place = place_of(account)
if place and place[1] == 'waiting' and redis.call('ZSCORE', GRACE, account) then
  redis.call('ZADD', GRACE, now_ms() + grace_ms, account)
end
return place or {}

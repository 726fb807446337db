-- Become or stay the one leader. The epoch rises with every new term and fences off the old one.
-- Returns the epoch of our term, or 0 when another instance leads.
local lock, epoch = KEYS[1], KEYS[2]
local leader, lease_ms = ARGV[1], ARGV[2]
local holder = redis.call('GET', lock)
if holder == leader then
  redis.call('PEXPIRE', lock, lease_ms)
  return tonumber(redis.call('GET', epoch) or '0')
end
if holder then
  -- Redis keeps the moment at which a lease ends. Where the clock went back, a dead leader's would last as long as that.
  if redis.call('PTTL', lock) > tonumber(lease_ms) then redis.call('PEXPIRE', lock, lease_ms) end
  return 0
end
redis.call('SET', lock, leader, 'PX', lease_ms)
-- At least the time in ms: a counter alone would begin anew when Redis was lost, and meet lines on which
-- a leader from before the loss has acted under the same epoch.
local t = redis.call('TIME')
local next_epoch = math.max(tonumber(redis.call('GET', epoch) or '0') + 1, t[1] * 1000 + math.floor(t[2] / 1000))
redis.call('SET', epoch, string.format('%.0f', next_epoch))
return next_epoch

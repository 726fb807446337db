-- People whose grace period ended have left. At most `batch` a call.
-- Returns how many were looked at, or -1 to a leader that lost its lease.
local epoch, leader, batch = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
if lost_lease(epoch, leader) then return -1 end
local due = redis.call('ZRANGEBYSCORE', GRACE, '-inf', now_ms(), 'LIMIT', 0, batch)
for _, account in ipairs(due) do
  local number = redis.call('ZSCORE', WAITING, account)
  if number then depart(account, tonumber(number)) end
  redis.call('ZREM', GRACE, account)
end
return #due

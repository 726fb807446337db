-- People whose grace period ended have left. At most `batch` a call.
-- Nobody leaves by a clock that was set, or that is another server's: after a jump everybody has a whole grace period.
-- Returns how many were looked at, or -1 to a leader that lost its lease.
local epoch, leader, batch, grace_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if lost_lease(epoch, leader) then return -1 end
local now = now_ms()

-- A leader asks each second, so more than this between two calls is a jump, or nobody led and nobody could come back.
local JUMP_MS = 30000
local asked = redis.call('HMGET', META, 'expire_asked_ms', 'lapses_from_ms', 'revision')
if not asked[3] then return 0 end
local last, from = tonumber(asked[1] or now), tonumber(asked[2] or 0)
if now < last or now > last + JUMP_MS then
  from = now + grace_ms
  redis.call('HSET', META, 'lapses_from_ms', from)
end
-- Nothing is kept of a line in which nobody has waited without a stream yet.
if asked[1] or redis.call('EXISTS', GRACE) == 1 then redis.call('HSET', META, 'expire_asked_ms', now) end
if now < from then return 0 end

-- A clock that went back has left some too far in the future.
local latest = now + grace_ms
for _, account in ipairs(redis.call('ZRANGEBYSCORE', GRACE, '(' .. latest, '+inf', 'LIMIT', 0, batch)) do
  redis.call('ZADD', GRACE, latest, account)
end
local due = redis.call('ZRANGEBYSCORE', GRACE, '-inf', now, 'LIMIT', 0, batch)
for _, account in ipairs(due) do
  local number = redis.call('ZSCORE', WAITING, account)
  if number then depart(account, tonumber(number)) end
  redis.call('ZREM', GRACE, account)
end
return #due

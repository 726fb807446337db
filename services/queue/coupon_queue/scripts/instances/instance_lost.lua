-- An instance died: its streams are gone, so the grace period of their owners begins.
-- At most `batch` accounts a call. Returns how many were taken; 0 means the instance is forgotten.
local instance, grace_ms, batch = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local taken = redis.call('SPOP', META .. ':streams:' .. instance, batch)
if #taken == 0 then
  redis.call('SREM', INSTANCES, instance)
  return 0
end
local lapses = now_ms() + grace_ms
local is_over = is_final(line_state() or 'closed')
for _, account in ipairs(taken) do
  if not is_over and redis.call('ZSCORE', WAITING, account) and not has_stream(account) then
    redis.call('ZADD', GRACE, lapses, account)
  end
end
return #taken

-- The last streams of some people at an instance closed. Whoever has none anywhere else keeps the place for a
-- grace period. Bounded by the number of accounts given. Returns how many grace periods began.
local grace_ms = tonumber(ARGV[2])
local streams = META .. ':streams:' .. ARGV[1]
local lapses, began = now_ms() + grace_ms, 0
local is_over = is_final(line_state() or 'closed')
for i = 3, #ARGV do
  local account = ARGV[i]
  redis.call('SREM', streams, account)
  if not is_over and redis.call('ZSCORE', WAITING, account) and not has_stream(account) then
    redis.call('ZADD', GRACE, lapses, account)
    began = began + 1
  end
end
return began

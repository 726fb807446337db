-- People have streams open at an instance: nobody's grace period runs while that is so.
-- Bounded by the number of accounts given. May be repeated.
-- Returns for each account its place, or an empty list when it is not in this line.
local streams = META .. ':streams:' .. ARGV[1]
local places, frame, state = {}, last_frame(), line_state()
for i = 2, #ARGV do
  local account = ARGV[i]
  local place = place_of(account, frame, state)
  if place then
    redis.call('SADD', streams, account)
    redis.call('ZREM', GRACE, account)
    redis.call('SADD', INSTANCES, ARGV[1])
  end
  places[#places + 1] = place or {}
end
if is_final(state) then limit_lifetimes() end
return places

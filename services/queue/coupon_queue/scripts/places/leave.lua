-- A person leaves by choice, and those behind move up.
-- Returns 'left' (also when not in line), 'claimed' or 'issued' when it is too late to leave.
local account = ARGV[1]
local outcome = redis.call('HGET', OUTCOMES, account)
if outcome then return string.match(outcome, '^issued') and 'issued' or 'left' end
local number = number_of(account)
if not number then
  if is_registered(account) then
    if redis.call('HEXISTS', META, 'shut_ms') == 0 then
      redis.call('HDEL', REGISTERED, account)
    else -- gives up whatever number is drawn; and one less is ahead of those who came after the opening
      redis.call('HSET', GONE, account, redis.call('HGET', META, 'next_number'))
      redis.call('HINCRBY', META, 'unregistered', 1)
      note_departed(0)
    end
    publish_changes({account = account, state = 'left', number = 0})
  end
  return 'left'
end
if not redis.call('ZSCORE', WAITING, account) then return 'claimed' end
depart(account, number)
limit_lifetimes()
publish_changes({account = account, state = 'left', number = number})
return 'left'

-- Write numbers that were drawn, each as "number account entry": account 0 is someone whom this Redis does not know,
-- number 0 is someone whom the list does not know, who stands behind it. Bounded by what is given; may be repeated:
-- what was written before stays. With the last batch the line opens, and whoever comes gets a number after `entries`.
-- Returns how many got a number, or -1 to a leader that lost its lease.
local epoch, leader, grace_ms = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local is_last, entries = ARGV[4] == '1', tonumber(ARGV[5])
if lost_lease(epoch, leader) then return -1 end
if redis.call('HEXISTS', META, 'drawn') == 1 then return 0 end

local instances, lapses, given = redis.call('SMEMBERS', INSTANCES), now_ms() + grace_ms, 0
take_numbers_up_to(entries)

local function give(account, number)
  local has_one = number_of(account) or redis.call('HEXISTS', OUTCOMES, account) == 1
  if has_one or redis.call('HEXISTS', GONE, account) == 1 then return end
  if number == 0 then number = redis.call('HINCRBY', META, 'next_number', 1) end
  redis.call('HSET', NUMBERS, account, number .. ' ' .. redis.call('HGET', REGISTERED, account))
  redis.call('ZADD', WAITING, number, account)
  redis.call('HINCRBY', META, 'unregistered', 1)
  -- Nobody had to be here until now.
  if not has_stream(account, instances) then redis.call('ZADD', GRACE, lapses, account) end
  given = given + 1
end

for i = 6, #ARGV do
  local number, account, entry = string.match(ARGV[i], '^(%d+) (%d+) (%x+)$')
  if account == '0' then
    redis.call('HSET', DRAWN, entry, number)
  elseif redis.call('HEXISTS', REGISTERED, account) == 1 then
    give(account, tonumber(number))
  end
end

if is_last then
  redis.call('HSET', META, 'drawn', 1)
  redis.call('HDEL', META, 'unregistered')
  redis.call('UNLINK', REGISTERED)
end
return given

-- A person leaves by choice, and those behind move up.
-- Returns 'left' (also when not in line), 'claimed' or 'issued' when it is too late to leave.
local account = ARGV[1]
local outcome = redis.call('HGET', OUTCOMES, account)
if outcome then return string.match(outcome, '^issued') and 'issued' or 'left' end
local number = number_of(account)
if not number then return 'left' end
if not redis.call('ZSCORE', WAITING, account) then return 'claimed' end
depart(account, number)
tell({account = account, state = 'left', number = number})
return 'left'

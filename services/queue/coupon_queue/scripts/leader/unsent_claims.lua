-- The oldest claims that Kafka has not acknowledged yet, at most ARGV[1]: {entry_id, {field, value, …}} each.
-- What is found leaves a mark, so that waiting for a replica to have that waits for the claims before it too.
local entries = redis.call('XRANGE', CLAIMS, '-', '+', 'COUNT', ARGV[1])
if #entries > 0 then redis.call('HSET', META, 'relayed_ms', now_ms()) end
return entries

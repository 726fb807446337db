-- Main's answers have been read again after the loss of Redis at the time ARGV[1] (ms).
-- A later loss has another time, and waits on.
if redis.call('HGET', META, 'rebuilt_from_ms') == ARGV[1] then redis.call('HSET', META, 'answers_read', ARGV[1]) end

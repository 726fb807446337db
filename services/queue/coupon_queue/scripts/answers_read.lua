-- Which loss of this line still waits for main's answers to be read again: its time in ms, or '' when none does.
-- With that time in ARGV[1] they have been read. A later loss has another time, and waits on.
local m = redis.call('HMGET', META, 'rebuilt_from_ms', 'answers_read')
if not m[1] or m[1] == m[2] then return '' end
if m[1] ~= ARGV[1] then return m[1] end
redis.call('HSET', META, 'answers_read', m[1])
return ''

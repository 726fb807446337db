-- Write what the operator decided about an event, if it is newer than what the line knows.
-- Returns 1 when something changed, else 0.
local revision, is_known_elsewhere = tonumber(ARGV[1]), ARGV[10] == '1'
local is_unknown = not redis.call('HGET', META, 'revision')
if tonumber(redis.call('HGET', META, 'revision') or '0') >= revision then return 0 end
redis.call('HSET', META, 'revision', revision, 'event_state', ARGV[2], 'opens_ms', ARGV[3], 'closes_ms', ARGV[4],
  'quantity', ARGV[5], 'max_waiting', ARGV[6], 'paused', ARGV[7], 'event_id', ARGV[8], 'message', ARGV[9],
  'line_order', ARGV[11])
-- Who takes part in the draw is known: their numbers are taken, also in a Redis that has never heard of these people.
take_numbers_up_to(tonumber(ARGV[12]))
-- Frames are counted from the time in ms at which this Redis first heard of the event. So when Redis was lost, the new
-- frames have higher numbers than all old ones, and nobody takes one for the other.
redis.call('HSETNX', META, 'seq', now_ms())
-- An old event that this Redis has never heard of was lost by it: see is_being_rebuilt.
if is_unknown and is_known_elsewhere then redis.call('HSET', META, 'rebuilt_from_ms', now_ms()) end
limit_lifetimes()
return 1

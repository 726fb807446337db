-- Count one write of an account, so that nobody writes faster for long than a person does.
-- It is remembered for `remembered_ms` at least: as long as the key is there, the account wrote a moment ago, and reads
-- where its write certainly is.
-- Returns 0, or the milliseconds to wait: then the write was not counted.
local paid_until    = KEYS[1]
local each_ms       = tonumber(ARGV[1])
local at_once       = tonumber(ARGV[2])
local remembered_ms = tonumber(ARGV[3])

return take(paid_until, each_ms, at_once, remembered_ms)

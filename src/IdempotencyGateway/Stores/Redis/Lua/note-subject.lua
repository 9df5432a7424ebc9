-- Notes that a record is about a subject. KEYS[1] is the subject's index here: ig:s:{64 hex digits}, a sorted set by expiry that goes with its last entry.
-- An entry that is kept for longer already stays: a shorter retention that was configured since takes nothing from an older record.
-- ARGV   1 entry  2 retention in ms
-- Reply  1 applied

local time = now()
local known = redis.call('ZSCORE', key, ARGV[1])
local expires = math.max(time + tonumber(ARGV[2]), known and tonumber(known) or 0)
redis.call('ZADD', key, string.format('%.0f', expires), ARGV[1])
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', time))
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last[2])))
return APPLIED

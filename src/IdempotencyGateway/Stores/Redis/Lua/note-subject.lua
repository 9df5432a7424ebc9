-- Notes that a record is about a subject. KEYS[1] is the subject's index here: ig:s:{64 hex digits}, a sorted set by expiry that goes with its last entry.
-- ARGV   1 entry  2 retention in ms
-- Reply  1 applied

local time = now()
redis.call('ZADD', key, string.format('%.0f', time + tonumber(ARGV[2])), ARGV[1])
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', time))
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', key, string.format('%.0f', tonumber(last[2])))
return APPLIED

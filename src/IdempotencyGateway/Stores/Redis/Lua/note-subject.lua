-- Notes that a record is about a subject. KEYS[1] is the subject's index here: ig:s:{64 hex digits}, a sorted set by expiry that goes with its last member. Its members:
--   64 bytes, an entry         noted
--   'x' and an entry           to be erased; an entry is this or noted, never both
--   'd' and 32 bytes           a deletion, by its record, that has given its order
--   'o', or 'o' and 32 bytes   when the last order was given, for everybody's records or for one caller's: it goes so much later as an order is remembered
-- The length of an entry tells it from the others. An entry that is kept for longer already stays: a shorter retention that was configured since takes nothing from an older record.
-- ARGV   1 entry  2 retention in ms  3 how long an order is remembered, in ms
-- Reply  how long ago the last order was given that covers such an entry, in microseconds, or -1

local clock = redis.call('TIME')
local time = clock[1] * 1000 + clock[2] / 1000
local known = redis.call('ZSCORE', key, ARGV[1])
local expires = math.max(time + tonumber(ARGV[2]), known and tonumber(known) or 0)
redis.call('ZADD', key, string.format('%.3f', expires), ARGV[1])
redis.call('ZREM', key, 'x' .. ARGV[1])
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.3f', time))
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
redis.call('PEXPIREAT', key, string.format('%.0f', math.ceil(tonumber(last[2]))))

local ago = -1
for _, order in ipairs({'o', 'o' .. string.sub(ARGV[1], 33)}) do
  local forgotten = redis.call('ZSCORE', key, order)
  if forgotten then
    -- Never less than none: a clock that was set back must not let anybody pass who was under way.
    local since = math.max(0, time - (tonumber(forgotten) - tonumber(ARGV[3])))
    ago = ago < 0 and since or math.min(ago, since)
  end
end
return ago < 0 and -1 or math.floor(ago * 1000)

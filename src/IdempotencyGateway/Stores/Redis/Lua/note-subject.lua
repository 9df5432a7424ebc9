-- Adds a record to a subject's index. KEYS[1] is that index: ig:s:{64 hex digits}, a sorted set by expiry, which expires with its last member. Its members:
--   64 bytes, an entry         a record about the subject
--   'x' and an entry           such a record that is to be erased; an entry is in one of the two forms, never in both
--   'd' and 32 bytes           the key of a deletion request's record, once that request has ordered its erasure
--   'o', or 'o' and 32 bytes   the last order for all callers' records, or for one caller's; its expiry is the time of the order plus how long an order is remembered
-- The length tells an entry from the others. An existing entry's expiry is never shortened, so a shorter retention that was configured since does not affect an older record.
-- ARGV   1 entry  2 retention in ms  3 how long an order is remembered, in ms
-- Reply  the age of the last order that covers the entry, in microseconds, or -1

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
    -- Not below zero: after a clock was set back, a request that was under way at the order must still be covered by it.
    local since = math.max(0, time - (tonumber(forgotten) - tonumber(ARGV[3])))
    ago = ago < 0 and since or math.min(ago, since)
  end
end
return ago < 0 and -1 or math.floor(ago * 1000)

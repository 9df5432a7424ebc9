-- Reserved → sent, kept for the retention instead of the short time. A missing entry is not re-created: another owner may have come and
-- gone in between (the ABA problem).
-- KEYS[1] the entry   ARGV owner, fence, destination, milliseconds to live
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'state', 'destination')
if not held[1] then return {'expired'} end
if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then
  return {'lost', held[1], held[2], held[3], held[4], redis.call('PTTL', KEYS[1])}
end
redis.call('HSET', KEYS[1], 'state', 'sent', 'destination', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'acquired'}

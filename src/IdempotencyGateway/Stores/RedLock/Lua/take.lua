-- A later owner takes the entry out of doubt. The entry stays sent throughout, so the key is never free in between. It is taken only by a
-- higher fence, and only for the same destination.
-- KEYS[1] the entry   ARGV owner, fence, destination, milliseconds to live
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'state', 'destination')
local mine = held[1] == ARGV[1]
local older = held[1] and tonumber(held[2]) < tonumber(ARGV[2])
if held[1] and not mine and not (older and (held[3] == 'claimed' or held[4] == ARGV[3])) then
  return {'conflicted', held[1], held[2], held[3], held[4], redis.call('PTTL', KEYS[1])}
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'fence', ARGV[2], 'state', 'sent', 'destination', ARGV[3], 'attempt', '0')
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {'acquired'}

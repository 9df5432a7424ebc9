-- Reads the entry and changes nothing.
-- KEYS[1] the entry
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'state', 'destination')
if not held[1] then return {'free'} end
return {'conflicted', held[1], held[2], held[3], held[4], redis.call('PTTL', KEYS[1])}

-- Reserves the entry for a short time. The same owner may reserve it again. An earlier owner's reservation is replaced, because nothing
-- was sent under it. An entry in any other state is never replaced.
-- KEYS[1] the entry   ARGV owner, fence, attempt, destination, milliseconds to live
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'state', 'destination', 'attempt')
if held[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'fence', ARGV[2])
  -- Attempt 0 marks an entry that was taken from doubt, which the undo of a failed attempt must not delete.
  if held[5] ~= '0' then redis.call('HSET', KEYS[1], 'attempt', ARGV[3]) end
  if held[3] == 'claimed' then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
  return {'acquired'}
end
if held[1] and (held[3] ~= 'claimed' or tonumber(held[2]) >= tonumber(ARGV[2])) then
  return {'conflicted', held[1], held[2], held[3], held[4], redis.call('PTTL', KEYS[1])}
end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'fence', ARGV[2], 'state', 'claimed', 'destination', ARGV[4], 'attempt', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'acquired'}

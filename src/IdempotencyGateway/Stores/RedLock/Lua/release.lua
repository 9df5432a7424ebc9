-- Deletes the owner's entry, and never another owner's.
-- KEYS[1] the entry   ARGV owner, fence, attempt (empty: any)
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'attempt')
if held[1] == ARGV[1] and held[2] == ARGV[2] and (ARGV[3] == '' or held[3] == ARGV[3]) then
  redis.call('DEL', KEYS[1])
end
return {'free'}

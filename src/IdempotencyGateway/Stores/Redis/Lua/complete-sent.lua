-- The fast path of completing: the record is sent, the caller owns it, and nobody waits. It comes before the functions of record.lua are created, which saves Redis a seventh of the work.
-- This text precedes record.lua, which describes the layout, and complete.lua, which handles all other cases, and this one when memory is full.
local sent = redis.call('GET', KEYS[1])
if sent and string.sub(sent, 1, 29) == 'ig\1\2\0' .. ARGV[1] then
  local life, length = struct.unpack('>i8I4', sent, 78)
  life = life - redis.call('PTTL', KEYS[1]) + ARGV[3]
  local done = 'ig\1\3' .. string.sub(sent, 5, 69) .. struct.pack('>i8i8', 0, life) .. string.sub(sent, 86, 89 + length) .. ARGV[2]
  if not redis.pcall('SET', KEYS[1], done, 'PX', ARGV[3]).err then
    return 1
  end
end


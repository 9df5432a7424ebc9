-- Marks a subject's entries as to be erased, unless the same deletion has done so before. KEYS[1] and its members as in note-subject.
-- ARGV   1 the caller whose records are erased, or '' for all callers  2 the deletion's own record, which stays, or ''  3 how long the deletion is remembered, in ms
--        4 how long an order is remembered, in ms
-- Reply  the entries within reach that are to be erased, by this order or an earlier one

local clock = redis.call('TIME')
local time = clock[1] * 1000 + clock[2] / 1000
-- This is the first write also because Redis checks its memory only before a script's first write, and this command takes none: so erasures work when memory is full.
redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.3f', time))

local repeated = ARGV[2] ~= '' and redis.call('ZSCORE', key, 'd' .. ARGV[2])
local due = {}
local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  local member = members[i]
  local noted = #member == 64
  local entry = noted and member or #member == 65 and string.sub(member, 2)
  if entry and string.sub(entry, 1, 32) ~= ARGV[2] and (ARGV[1] == '' or string.sub(entry, 33) == ARGV[1]) then
    if not noted then
      due[#due + 1] = entry
    elseif not repeated then
      due[#due + 1] = entry
      redis.call('ZREM', key, member)
      redis.call('ZADD', key, members[i + 1], 'x' .. entry)
    end
  end
end

if not repeated then
  redis.call('ZADD', key, string.format('%.3f', time + tonumber(ARGV[4])), 'o' .. ARGV[1])
  if ARGV[2] ~= '' then
    redis.call('ZADD', key, string.format('%.3f', time + tonumber(ARGV[3])), 'd' .. ARGV[2])
  end
  local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')
  redis.call('PEXPIREAT', key, string.format('%.0f', math.ceil(tonumber(last[2]))))
end
return due

-- Claims the record.
-- ARGV   1 the complete record to write if there is none: claimed or sent, the caller's ticket with fence 1, the length of the lease, and the attempt, by which withdraw.lua
--        recognizes this claim (or zeros)  2 retention in ms  3 '1': take it from doubt
-- Reply  {1, fence, destination, evidence of an earlier owner or ''}   won
--        {2, remaining lease}                                          in progress: another owner has it
--        {3, response, remaining retention, fence}                     done
--        {4}                                                           mismatch: another fingerprint
--        {5, evidence, destination, fence}                             in doubt

local record, unreadable = load()
if unreadable then
  return unreadable
end
local mine = read(ARGV[1])
if not record then
  redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
  return {1, 1, mine.destination, ''}
end
if record.fingerprint ~= mine.fingerprint then
  return {4}
end
if record.state == DONE then
  return {3, record.response, math.max(0, redis.call('PTTL', key)), fence(record)}
end

local time = age(record)

local function win(number, state, destination)
  record.state, record.ticket, record.lease, record.destination = state, string.sub(mine.ticket, 1, 16) .. struct.pack('>I8', number), time + mine.lease, destination
  record.attempt = mine.attempt
  redis.call('SET', key, pack(record), 'KEEPTTL')
  return {1, number, destination, record.response}
end

local function known_destination()
  return record.destination ~= '' and record.destination or mine.destination
end

if live(record) and string.sub(record.ticket, 1, 16) == string.sub(mine.ticket, 1, 16) then
  -- A repeated claim as sent must also end as sent. Otherwise its owner would send while others can take over a merely claimed record.
  return win(fence(record), math.max(record.state, mine.state), known_destination())
end
if live(record) and record.lease > time then
  if record.waited == 0 then
    redis.pcall('SETRANGE', key, 4, '\1')
  end
  return {2, record.lease - time}
end
if record.state == CLAIMED then
  return win(fence(record) + 1, mine.state, mine.destination)
end
-- In doubt, or sent with a lapsed lease. Taken from doubt it becomes sent, never claimed: a claimed record may be released as if nothing had been sent, but this one may have been sent.
if ARGV[3] == '1' then
  return win(fence(record) + 1, SENT, known_destination())
end
if record.state == SENT then
  record.state = DOUBT
  settle(record, 'KEEPTTL')
  wake(record)
end
return {5, record.response, record.destination, fence(record)}

-- Asks for the record.
-- ARGV   1 the whole record as it will be where there is none: claimed or sent, its own ticket with fence 1, the lease's length, an attempt that names this asking for a
--        withdrawal or zeros  2 retention in ms  3 '1': take it from doubt
-- Reply  {1, fence, destination, evidence of an earlier owner or ''}  won
--        {2, remaining lease}     another owner's
--        {3, response, remaining retention, fence}
--        {4}                      another fingerprint
--        {5, evidence, destination, fence}

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
  -- A claim as sent must end as sent here too, or its owner would send on a record that others may take over.
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
-- In doubt, or sent with a lapsed lease. Taken from there it is sent at once: a claimed record may be freed, and this one was sent before.
if ARGV[3] == '1' then
  return win(fence(record) + 1, SENT, known_destination())
end
if record.state == SENT then
  record.state = DOUBT
  settle(record, 'KEEPTTL')
  wake(record)
end
return {5, record.response, record.destination, fence(record)}

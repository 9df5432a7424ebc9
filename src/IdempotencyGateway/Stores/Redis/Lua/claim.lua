-- Asks for the record.
-- ARGV   1 fingerprint  2 owner  3 lease in ms  4 retention in ms  5 state to claim into  6 destination or ''
--        7 '1': take it from doubt  8 attempt, names this asking for a withdrawal, or ''
-- Reply  {1, fence, destination}  won
--        {2, remaining lease}     another owner's
--        {3, response, remaining retention, fence}
--        {4}                      another fingerprint
--        {5, evidence, destination, fence}

local fingerprint, owner, lease, retention = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local into, destination, takes, attempt = ARGV[5], ARGV[6], ARGV[7] == '1', ARGV[8]

local record, unreadable = load()
if unreadable then
  return unreadable
end
local time = now()

local function win(fence, state, kept)
  set('state', state, 'owner', owner, 'fence', fence, 'leaseUntil', time + lease, 'destination', kept)
  if attempt ~= '' then
    set('attempt', attempt)
  end
  return {1, tonumber(fence), kept}
end

local function next_fence()
  return tonumber(record.fence) + 1
end

local function known_destination()
  return record.destination ~= '' and record.destination or destination
end

if not record then
  set('format', FORMAT, 'fingerprint', fingerprint, 'createdAt', time)
  expire(time + retention)
  return win(1, into, destination)
end
if record.fingerprint ~= fingerprint then
  return {4}
end
if live(record) and record.owner == owner then
  -- A claim as sent must end as sent here too, or its owner would send on a record that others may take over.
  return win(record.fence, math.max(record.state, tonumber(into)), known_destination())
end
if record.state == DONE then
  return {3, response(), math.max(0, record.expiresAt - time), tonumber(record.fence)}
end
if live(record) and record.leaseUntil > time then
  if not record.waited then
    redis.pcall('HSET', key, 'waited', 1)
  end
  return {2, record.leaseUntil - time}
end
if record.state == CLAIMED then
  return win(next_fence(), into, destination)
end
-- In doubt, or sent with a lapsed lease. Taken from there it is sent at once: a claimed record may be freed, and this one was sent before.
if takes then
  redis.call('HDEL', key, 'response')
  return win(next_fence(), SENT, known_destination())
end
if record.state == SENT then
  doubt(record, '')
  wake(record)
end
return {5, response(), record.destination, tonumber(record.fence)}

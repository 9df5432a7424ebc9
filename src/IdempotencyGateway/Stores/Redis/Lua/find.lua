-- Reads the record and changes nothing.
-- Reply  {} or {state, fence, created at, expires at, remaining lease, destination or '', response}

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return {}
end
-- Redis 6 has no PEXPIRETIME; there the result may be off by a millisecond.
local expires = redis.pcall('PEXPIRETIME', key)
if type(expires) == 'table' then
  expires = now() + redis.call('PTTL', key)
end
local lease = live(record) and math.max(0, record.lease - age(record)) or 0
return { record.state, fence(record), expires - record.life, expires, lease, record.destination, record.response }

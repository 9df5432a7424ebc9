-- The record as it stands. Changes nothing, so that it may run anywhere.
-- Reply  {} or {state, fence, created at, expires at, remaining lease, destination or '', response}

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return {}
end
local lease = live(record) and math.max(0, record.leaseUntil - now()) or 0
return {
  record.state, tonumber(record.fence), tonumber(redis.call('HGET', key, 'createdAt')), record.expiresAt, lease, record.destination, response(),
}

-- Takes back a permission that too few replicas acknowledged: its owner was refused and sent nothing.
-- Only that attempt: the same owner may have claimed again since, been acknowledged, and be sending now.
-- A first owner's record is deleted. A later owner's goes into doubt instead, because an earlier owner may have sent.
-- ARGV   1 ticket  2 attempt
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if not (record.state == SENT and record.ticket == ARGV[1] and record.attempt == ARGV[2]) then
  return LOST
end
if fence(record) ~= 1 then
  doubt(record, '')
else
  redis.call('DEL', key)
end
wake(record)
return APPLIED

-- Extends the lease of a claimed or sent record, by its owner. Never re-creates one.
-- ARGV   1 ticket  2 lease in ms
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if not (live(record) and record.ticket == ARGV[1]) then
  return LOST
end
record.lease = age(record) + tonumber(ARGV[2])
settle(record, 'KEEPTTL')
return APPLIED

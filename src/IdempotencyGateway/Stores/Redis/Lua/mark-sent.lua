-- claimed → sent, by its owner.
-- ARGV   1 ticket  2 destination, or '' to keep that of the claim  3 attempt
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if not (live(record) and record.ticket == ARGV[1]) then
  return LOST
end
record.state = SENT
if ARGV[2] ~= '' then
  record.destination = ARGV[2]
end
record.attempt = ARGV[3]
settle(record, 'KEEPTTL')
return APPLIED

-- sent → doubt, by its owner. Also allowed from a doubt that a lapsed lease caused: the owner's late evidence is worth keeping.
-- ARGV   1 ticket  2 evidence
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if not (record.ticket == ARGV[1] and (record.state == SENT or record.state == DOUBT)) then
  return LOST
end
if record.lease ~= 0 or record.response == '' then
  doubt(record, ARGV[2])
  wake(record)
end
return APPLIED

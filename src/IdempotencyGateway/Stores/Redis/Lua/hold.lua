-- sent → doubt, by its owner. Also out of a doubt that came by a lapsed lease: what the owner knows is worth keeping.
-- ARGV   1 owner  2 fence  3 evidence
-- Reply  1 applied, 0 lost, -1 missing

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return MISSING
end
if not (owned(record, ARGV[1], ARGV[2]) and (record.state == SENT or record.state == DOUBT)) then
  return LOST
end
if record.state == SENT or response() == '' then
  doubt(record, ARGV[3])
  wake(record)
end
return APPLIED

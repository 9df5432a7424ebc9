-- claimed or sent → absent, by its owner.
-- ARGV   1 ticket
-- Reply  1 applied, 0 lost, -1 missing

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return MISSING
end
if not (live(record) and record.ticket == ARGV[1]) then
  return LOST
end
redis.call('DEL', key)
wake(record)
return APPLIED

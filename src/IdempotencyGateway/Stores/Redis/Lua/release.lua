-- claimed or sent → absent, by its owner. Also out of a doubt that came by a lapsed lease, but not out of one of its own: it has said that it does not know.
-- ARGV   1 ticket
-- Reply  1 applied, 0 lost, -1 missing

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return MISSING
end
if not (record.ticket == ARGV[1] and (live(record) or (record.state == DOUBT and record.lease ~= 0))) then
  return LOST
end
redis.call('DEL', key)
wake(record)
return APPLIED

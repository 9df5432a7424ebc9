-- claimed or sent → absent, by its owner. Also allowed from a doubt that a lapsed lease caused, but not from one that the owner declared, which says that it does not know.
-- ARGV   1 ticket
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if not (record.ticket == ARGV[1] and (live(record) or (record.state == DOUBT and record.lease ~= 0))) then
  return LOST
end
redis.call('DEL', key)
wake(record)
return APPLIED

-- sent or doubt → done, by its owner. Completing a done record changes nothing. The retention starts anew.
-- ARGV   1 ticket  2 response  3 retention in ms
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
if record.state == CLAIMED or record.ticket ~= ARGV[1] then
  return LOST
end
if record.state ~= DONE then
  record.state, record.lease, record.life, record.response = DONE, 0, age(record) + tonumber(ARGV[3]), ARGV[2]
  settle(record, 'PX', ARGV[3])
  wake(record)
end
return APPLIED

-- sent or doubt → done, by its owner. The first answer stays; the retention starts anew.
-- ARGV   1 owner  2 fence  3 response  4 retention in ms
-- Reply  1 applied, 0 lost, -1 missing

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return MISSING
end
if record.state == CLAIMED or not owned(record, ARGV[1], ARGV[2]) then
  return LOST
end
if record.state ~= DONE then
  expire(now() + tonumber(ARGV[4]))
  set('state', DONE, 'leaseUntil', 0, 'response', ARGV[3])
  wake(record)
end
return APPLIED

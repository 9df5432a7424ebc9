-- Extends the lease of a claimed or sent record, by its owner. Never re-creates one.
-- ARGV   1 owner  2 fence  3 lease in ms
-- Reply  1 applied, 0 lost, -1 missing

local record, unreadable = load()
if unreadable then
  return unreadable
end
if not record then
  return MISSING
end
if not (live(record) and owned(record, ARGV[1], ARGV[2])) then
  return LOST
end
settle(record)
set('leaseUntil', now() + tonumber(ARGV[3]))
return APPLIED

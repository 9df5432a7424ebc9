-- claimed → sent, by its owner.
-- ARGV   1 owner  2 fence  3 destination, or '' to keep what the claim said  4 attempt or ''
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
set('state', SENT)
if ARGV[3] ~= '' then
  set('destination', ARGV[3])
end
if ARGV[4] ~= '' then
  set('attempt', ARGV[4])
end
return APPLIED

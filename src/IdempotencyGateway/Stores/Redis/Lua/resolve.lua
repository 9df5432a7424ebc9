-- doubt, or sent with a lapsed lease → done or absent, by an operator.
-- ARGV   1 '1': it happened, '0': it was never sent  2 response or ''  3 retention in ms
-- Reply  1 applied, 0 lost, -1 missing

local record, reply = existing()
if not record then
  return reply
end
local time = age(record)
if not (record.state == DOUBT or (record.state == SENT and record.lease <= time)) then
  return LOST
end
if ARGV[1] == '1' then
  record.life = time + tonumber(ARGV[3])
  overrule(record, ARGV[2], 'PX', ARGV[3])
else
  redis.call('DEL', key)
end
publish(OVERRULED)
return APPLIED

-- Any state → done, with a tombstone in place of the response, whoever owns it. The expiry stays.
-- ARGV   1 tombstone
-- Reply  1 applied, -1 missing

local record, reply = existing()
if not record then
  return reply
end
overrule(record, ARGV[1], 'KEEPTTL')
publish(OVERRULED)
return APPLIED

-- Removes the mark of an entry whose record has been erased. KEYS[1] and its members as in note-subject.
-- ARGV   1 entry
-- Reply  1 applied

redis.call('ZREM', key, 'x' .. ARGV[1])
return APPLIED

-- What is noted for a subject and has not expired. KEYS[1] as in note-subject. Changes nothing.
-- Reply  the entries

return redis.call('ZRANGEBYSCORE', key, '(' .. string.format('%.0f', now()), '+inf')

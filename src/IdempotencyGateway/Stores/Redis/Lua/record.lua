-- What every script begins with: this text stands before each of the others.
-- KEYS[1]  the record, one string: ig:{64 hex digits of the storage key}, or with another prefix than ig. All scripts touch this key only, so they run on a Cluster.
-- Spans are milliseconds and begin with the record; its creation is known from the key's own expiry, which is by this server's clock and lies one life later.
-- So a record can be written without asking what time it is. A key past its retention is dropped by Redis and thus absent.
-- Publishing is a courtesy: it must not fail an operation that has been applied, hence pcall.

-- 'ig', format, state, 1 when somebody was told to wait, ticket (16 bytes owner, 8 fence), fingerprint, attempt, end of the lease, life, length of the destination;
-- then the destination and the response.
local HEAD, HEAD_SIZE = '>c2BBBc24c32c8i8i8I4', 89
local FORMAT = 1
local CLAIMED, SENT, DONE, DOUBT = 1, 2, 3, 4
local APPLIED, LOST, MISSING = 1, 0, -1
local ENDED, OVERRULED = 'e', 'o'

local key = KEYS[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A record from its string; as a second value, the error of one that cannot be read.
local function read(value)
  if string.sub(value, 1, 2) ~= 'ig' or #value < HEAD_SIZE then
    return nil, redis.error_reply('IGFORMAT none')
  end
  local format = string.byte(value, 3)
  if format ~= FORMAT then
    return nil, redis.error_reply('IGFORMAT ' .. format)
  end
  local _, _, state, waited, ticket, fingerprint, attempt, lease, life, length = struct.unpack(HEAD, value)
  local response = HEAD_SIZE + 1 + length
  return {
    state = state, waited = waited, ticket = ticket, fingerprint = fingerprint, attempt = attempt, lease = lease, life = life,
    destination = string.sub(value, HEAD_SIZE + 1, response - 1), response = string.sub(value, response),
  }
end

-- The record, or nil when there is none; as a second value, the error of one that cannot be read.
local function load()
  local value = redis.call('GET', key)
  if value then
    return read(value)
  end
end

local function pack(record)
  return struct.pack(HEAD, 'ig', FORMAT, record.state, record.waited, record.ticket, record.fingerprint, record.attempt, record.lease, record.life,
    #record.destination) .. record.destination .. record.response
end

-- With KEEPTTL or another expiry. What is under way settles even when memory is full: Redis looks at its memory before a script's first write only, and PEXPIRE takes none.
local function settle(record, ...)
  local value = pack(record)
  if not redis.pcall('SET', key, value, ...).err then
    return
  end
  local left = redis.call('PTTL', key)
  if left > 0 then
    redis.call('PEXPIRE', key, left)
  end
  redis.call('SET', key, value, ...)
end

-- How long ago it was created.
local function age(record)
  return record.life - redis.call('PTTL', key)
end

local function fence(record)
  return (struct.unpack('>I8', record.ticket, 17))
end

local function live(record)
  return record.state == CLAIMED or record.state == SENT
end

-- The storage key's hex digits, then the kind; to the channel with the record's own prefix.
local function publish(kind)
  redis.pcall('PUBLISH', string.sub(key, 1, -67) .. 'ended', string.sub(key, -65, -2) .. kind)
end

-- Told only to those who were told to wait: where nobody waits, which is nearly always, nothing is sent.
local function wake(record)
  if record.waited == 1 then
    publish(ENDED)
  end
end

-- By the word of its owner, after which only a completion of its own is believed. A doubt that came by a lapsed lease keeps that lease, which is never 0.
-- Where that word is empty, what an earlier owner said stays.
local function doubt(record, evidence)
  record.state, record.lease = DOUBT, 0
  if evidence ~= '' then
    record.response = evidence
  end
  settle(record, 'KEEPTTL')
end

-- Without an owner no ticket matches any more.
local function overrule(record, answer, ...)
  record.state, record.lease, record.ticket, record.response = DONE, 0, string.rep('\0', 16) .. string.sub(record.ticket, 17), answer
  settle(record, ...)
end


-- The common part of the scripts: this text precedes each of the others.
-- KEYS[1]  the record, one string: ig:{64 hex digits of the storage key}, or with another prefix than ig. The scripts use no other key, so they run on a Cluster.
-- Times are milliseconds since the record's creation. The creation follows from the key's own expiry, which is one life later by this server's clock, so a record can be
-- written without asking for the time. Redis removes a key when its retention ends.
-- A failed PUBLISH must not fail an operation that has been applied, hence pcall.

-- 'ig', format, state, 1 when somebody was told to wait, ticket (owner 16 bytes, fence 8), fingerprint, attempt, end of the lease, life, length of the destination;
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
  if length > #value - HEAD_SIZE then
    return nil, redis.error_reply('IGFORMAT none')
  end
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

-- The record that is to be changed; if there is none, or it cannot be read, nil and the script's reply.
local function existing()
  local record, unreadable = load()
  return record, unreadable or MISSING
end

local function pack(record)
  return struct.pack(HEAD, 'ig', FORMAT, record.state, record.waited, record.ticket, record.fingerprint, record.attempt, record.lease, record.life,
    #record.destination) .. record.destination .. record.response
end

-- Writes the record, with KEEPTTL or a new expiry. A record under way can settle even when memory is full: Redis checks its memory only before a script's first write, so the SET is
-- allowed after a PEXPIRE, which takes no memory.
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

-- Milliseconds since the record's creation.
local function age(record)
  return record.life - redis.call('PTTL', key)
end

local function fence(record)
  return (struct.unpack('>I8', record.ticket, 17))
end

local function live(record)
  return record.state == CLAIMED or record.state == SENT
end

-- Publishes the storage key's hex digits and the kind, on the channel with the record's prefix.
local function publish(kind)
  redis.pcall('PUBLISH', string.sub(key, 1, -67) .. 'ended', string.sub(key, -65, -2) .. kind)
end

-- Publishes the end of the record only if somebody was told to wait for it, which is rare.
local function wake(record)
  if record.waited == 1 then
    publish(ENDED)
  end
end

-- A doubt declared by the owner, which it can leave only by completing. Its lease becomes 0; a doubt that a lapsed lease caused keeps that lease, which is never 0.
-- Without evidence, an earlier owner's evidence is kept.
local function doubt(record, evidence)
  record.state, record.lease = DOUBT, 0
  if evidence ~= '' then
    record.response = evidence
  end
  settle(record, 'KEEPTTL')
end

-- Ends the record whoever owns it. Its owner becomes zeros, so that no ticket matches any more.
local function overrule(record, answer, ...)
  record.state, record.lease, record.ticket, record.response = DONE, 0, string.rep('\0', 16) .. string.sub(record.ticket, 17), answer
  settle(record, ...)
end


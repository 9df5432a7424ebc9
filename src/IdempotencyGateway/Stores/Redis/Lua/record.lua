-- What every script begins with: this text stands before each of the others.
-- KEYS[1]  the record, one hash: ig:{64 hex digits of the storage key}. All scripts touch this key only, so they run on a Cluster.
-- Times are milliseconds since the Unix epoch on this server's clock. A key past its retention is dropped by Redis and thus absent.
-- Publishing is a courtesy: it must not fail an operation that has been applied, hence pcall.

local FORMAT = 1
local CLAIMED, SENT, DONE, DOUBT = 1, 2, 3, 4
local APPLIED, LOST, MISSING = 1, 0, -1
local ENDED, OVERRULED = 'e', 'o'

local key = KEYS[1]

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The record without its response, or nil when there is none; as a second value, the error of a record that cannot be read.
local function load()
  local field = redis.call('HMGET', key,
    'format', 'state', 'owner', 'fence', 'leaseUntil', 'fingerprint', 'destination', 'expiresAt', 'waited', 'attempt')
  if not field[1] then
    if redis.call('EXISTS', key) == 0 then
      return nil
    end
    return nil, redis.error_reply('IGFORMAT none')
  end
  if tonumber(field[1]) ~= FORMAT then
    return nil, redis.error_reply('IGFORMAT ' .. field[1])
  end
  return {
    state = tonumber(field[2]), owner = field[3], fence = field[4], leaseUntil = tonumber(field[5]), fingerprint = field[6],
    destination = field[7] or '', expiresAt = tonumber(field[8]), waited = field[9], attempt = field[10],
  }
end

local function owned(record, owner, fence)
  return record.owner == owner and record.fence == fence
end

local function live(record)
  return record.state == CLAIMED or record.state == SENT
end

local function response()
  return redis.call('HGET', key, 'response') or ''
end

local function set(...)
  redis.call('HSET', key, ...)
end

local function expire(at)
  redis.call('PEXPIREAT', key, at)
  redis.call('HSET', key, 'expiresAt', at)
end

-- What is under way settles even when memory is full: Redis looks at its memory before a script's first write only, and this one takes none.
local function settle(record)
  redis.call('PEXPIREAT', key, record.expiresAt)
end

-- The storage key's hex digits, then the kind.
local function publish(kind)
  redis.pcall('PUBLISH', 'ig:ended', string.sub(key, 5, 68) .. kind)
end

-- Told only to those who were told to wait: where nobody waits, which is nearly always, nothing is sent.
local function wake(record)
  if record.waited then
    publish(ENDED)
  end
end

local function doubt(record, evidence)
  settle(record)
  set('state', DOUBT, 'leaseUntil', 0, 'response', evidence)
end

-- Without an owner no ticket matches any more.
local function overrule(record, answer)
  settle(record)
  set('state', DONE, 'leaseUntil', 0, 'response', answer)
  redis.call('HDEL', key, 'owner')
end


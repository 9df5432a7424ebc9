-- Counts sightings, and returns what is known about each track. On a Cluster it is called with one track at a time.
-- KEYS   two for each track: its hash, ig:seen:{3 hex digits} and 61 more, and the index of its part: a sorted set, by the time last seen, of the tracks that have the same three
--        digits and are kept equally long. A full part evicts its least recently seen track, so that a flood of new senders cannot fill the server. An evicted track is in the
--        same slot, so it need not be among KEYS.
-- ARGV   1 maximum of tracks in a part, then five for each track: 1 operation, 8 bytes  2 '1' counts, '0' only reads  3 place, 8 bytes, or ''  4 how long to keep it, in ms
--        5 value, 8 bytes: the track counts distinct values; or '': it counts sightings
-- Reply  for each track {minute, hour, day, first seen or 0, 1 when this is the first sighting, the place before or '', ms since then}
--
-- Fields: f first seen; o the latest operations, concatenated; p and q the last place and when it was seen; and a count for each step of a window, named m, h or d and the
-- step's number. A window is the current step and as many complete ones before it as make up its length.
-- A track of distinct values has f, and for each value c and its 8 bytes, with the time last seen. At the bound the least recently seen value is dropped.
-- All times are by this server's clock, so that gateways whose clocks differ count together. If it steps back, counting goes on in the step that it then shows.

local WINDOWS = { m = { 5000, 13 }, h = { 300000, 13 }, d = { 3600000, 25 } }
local LENGTHS = { m = 60000, h = 3600000, d = 86400000 }
local ORDER = { 'm', 'h', 'd' }
local OPERATION, REMEMBERED = 8, 16
local REMEMBERED_VALUES = 64

local DIGITS = 61
local LIMIT = tonumber(ARGV[1])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Returns the track's fields by name, its counts by window, its distinct values by field, and the fields that have left their window.
local function load(key)
  local fields = redis.call('HGETALL', key)
  local track, counts, values, old = {}, { m = 0, h = 0, d = 0 }, {}, {}
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    local kind = string.sub(name, 1, 1)
    local window = WINDOWS[kind]
    if kind == 'c' then
      if tonumber(value) > now - LENGTHS.d then
        values[name] = tonumber(value)
      else
        old[#old + 1] = name
      end
    elseif not window then
      track[name] = value
    elseif tonumber(string.sub(name, 2)) > math.floor(now / window[1]) - window[2] then
      counts[kind] = counts[kind] + tonumber(value)
    else
      old[#old + 1] = name
    end
  end
  return track, counts, values, old
end

local function remembers(operations, operation)
  for i = 1, #operations, OPERATION do
    if string.sub(operations, i, i + OPERATION - 1) == operation then
      return true
    end
  end
  return false
end

local function count(key, track, counts, operation, place)
  redis.call('HSET', key, 'f', track.f or now, 'o', string.sub((track.o or '') .. operation, -OPERATION * REMEMBERED))
  for _, kind in ipairs(ORDER) do
    redis.call('HINCRBY', key, kind .. math.floor(now / WINDOWS[kind][1]), 1)
    counts[kind] = counts[kind] + 1
  end
  if place ~= '' then
    redis.call('HSET', key, 'p', place, 'q', now)
  end
end

local function count_distinct(key, track, values, old, added)
  local number, oldest = 0, nil
  for one, seen in pairs(values) do
    number = number + 1
    if not oldest or seen < values[oldest] then
      oldest = one
    end
  end
  if not values['c' .. added] and number >= REMEMBERED_VALUES then
    old[#old + 1] = oldest
    values[oldest] = nil
  end
  values['c' .. added] = now
  redis.call('HSET', key, 'f', track.f or now, 'c' .. added, now)
end

-- Adds the track to its part's index, and evicts from a full part. Expired tracks are the least recently seen ones, and so the first to be evicted.
local function index(key, part, keep)
  local front, digits = string.sub(key, 1, -DIGITS - 1), string.sub(key, -DIGITS)
  if not redis.call('ZSCORE', part, digits) then
    for _ = LIMIT, redis.call('ZCARD', part) do
      redis.call('DEL', front .. redis.call('ZPOPMIN', part)[1])
    end
  end
  redis.call('ZADD', part, now, digits)
  redis.call('PEXPIRE', part, keep)
end

local function see(key, part, operation, counting, place, keep, distinct)
  local track, counts, values, old = load(key)
  local new = 0
  if counting and not remembers(track.o or '', operation) then
    new = track.f and 0 or 1
    if distinct == '' then
      count(key, track, counts, operation, place)
    else
      count_distinct(key, track, values, old, distinct)
    end
    if #old > 0 then
      redis.call('HDEL', key, unpack(old))
    end
    if redis.call('PTTL', key) < keep then
      redis.call('PEXPIRE', key, keep)
    end
    index(key, part, keep)
    track.f = track.f or now
  end
  for _, seen in pairs(values) do
    for _, kind in ipairs(ORDER) do
      if seen > now - LENGTHS[kind] then
        counts[kind] = counts[kind] + 1
      end
    end
  end
  return { counts.m, counts.h, counts.d, tonumber(track.f or 0), new, track.p or '', track.q and math.max(0, now - track.q) or 0 }
end

local tracks = {}
for i = 1, #KEYS / 2 do
  local at = 5 * (i - 1) + 1
  tracks[i] = see(KEYS[2 * i - 1], KEYS[2 * i], ARGV[at + 1], ARGV[at + 2] == '1', ARGV[at + 3], tonumber(ARGV[at + 4]), ARGV[at + 5])
end
return tracks

-- A minimal idempotency gateway: one claim per key, the answer recorded, retries answered from the record. Records expire after 24 hours.
--
-- A record is a string in Redis. While the request is in flight it is "c" and the request's fingerprint. When it is done it is "d", the fingerprint, the status (3 digits),
-- the length of the content type (3 digits), the content type and the body. A first call takes two round trips to Redis, a replay one.

local ffi = require "ffi"
local redis = require "nginx.redis"

ffi.cdef [[ unsigned char *SHA256(const unsigned char *data, size_t length, unsigned char *digest); ]]
-- One buffer per worker is enough, because nothing else runs in the worker between filling and reading it.
local digest = ffi.new("unsigned char[32]")

local RETENTION = 24 * 60 * 60 * 1000
local DIGEST = 32

local function sha256(text)
  ffi.C.SHA256(text, #text, digest)
  return ffi.string(digest, DIGEST)
end

local function refuse(status, title)
  ngx.status = status
  ngx.header["Content-Type"] = "application/problem+json"
  local body = '{"title":"' .. title .. '"}'
  ngx.header["Content-Length"] = #body
  ngx.print(body)
  return ngx.exit(ngx.OK)
end

local function answer(status, content_type, body, how)
  ngx.status = status
  ngx.header["Content-Type"] = content_type
  ngx.header["Content-Length"] = #body
  ngx.header["Idempotency-Status"] = how
  ngx.print(body)
end

-- The answer to one request.
local function handle(redis_host, redis_port)
  local key, caller = ngx.var.http_idempotency_key, ngx.var.http_x_api_key
  if not key or not caller then
    return refuse(400, "key or caller missing")
  end

  ngx.req.read_body()
  local body = ngx.req.get_body_data()
  if not body and ngx.req.get_body_file() then
    local file = io.open(ngx.req.get_body_file(), "rb")
    body = file:read("*a")
    file:close()
  end
  body = body or ""

  local name = "nginx:" .. sha256(ngx.var.uri .. "\0" .. caller .. "\0" .. key)
  local fingerprint = sha256(ngx.var.request_method .. "\0" .. ngx.var.request_uri .. "\0" .. body)

  local store = redis:new()
  -- The same timeout as for the gateway in these runs, so that the comparison measures latency and not timeouts.
  store:set_timeout(5000)
  if not store:connect(redis_host, redis_port) then
    return refuse(503, "store unavailable")
  end

  -- Both in one round trip: the claim, and the existing record if the claim fails.
  store:init_pipeline(2)
  store:set(name, "c" .. fingerprint, "NX", "PX", RETENTION)
  store:get(name)
  local replies = store:commit_pipeline()
  if not replies then
    return refuse(503, "store unavailable")
  end

  if replies[1] ~= "OK" then
    store:set_keepalive(60000, 512)
    local record = replies[2]
    if string.sub(record, 2, 1 + DIGEST) ~= fingerprint then
      return refuse(422, "key used for another request")
    end
    if string.byte(record) == 99 then
      return refuse(409, "in flight, or its outcome is unknown")
    end
    local at = 2 + DIGEST
    local status = tonumber(string.sub(record, at, at + 2))
    local length = tonumber(string.sub(record, at + 3, at + 5))
    return answer(status, string.sub(record, at + 6, at + 5 + length), string.sub(record, at + 6 + length), "replayed")
  end

  local reply = ngx.location.capture("/forward" .. ngx.var.request_uri, { method = ngx["HTTP_" .. ngx.var.request_method], body = body })
  if reply.truncated or reply.status >= 500 then
    -- Keep the claim, because the provider may have acted.
    store:set_keepalive(60000, 512)
    return refuse(502, "outcome unknown")
  end

  local content_type = reply.header["Content-Type"] or ""
  local recorded = store:set(name, "d" .. fingerprint .. string.format("%03d%03d", reply.status, #content_type) .. content_type .. reply.body, "XX", "PX", RETENTION)
  store:set_keepalive(60000, 512)
  answer(reply.status, content_type, reply.body, recorded == "OK" and "executed" or "unrecorded")
end

return handle

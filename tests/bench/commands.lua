-- What wrk sends: one command after the other, each with its own path, body and Idempotency-Key.
--
--     wrk --threads 1 ... --script commands.lua URL -- FILE TOKEN RUN
--
-- FILE has a command a line: the path, a tabulator, the body. None is sent twice. TOKEN is who
-- sends them; RUN begins the keys of this run. When the lines are spent the run ends early, which
-- its rate allows for. The last line printed is JSON: times in microseconds, and what went wrong.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
]]
local MONOTONIC = 1

local function microseconds()
  local now = ffi.new("moment")
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1e6 + math.floor(tonumber(now.nanoseconds) / 1e3)
end

-- wrk's main thread has variables of its own, and asks the sending one for its at the end.
local sender

function setup(thread)
  sender = thread
end

local paths, bodies, head = {}, {}, nil

function init(args)
  local file, token, run = args[1], args[2], args[3]
  for line in io.lines(file) do
    local path, body = line:match("^(%S+)\t(.*)$")
    paths[#paths + 1], bodies[#bodies + 1] = path, body
  end
  head = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"]
    .. "\r\nAuthorization: Bearer " .. token
    .. "\r\nContent-Type: application/json"
    .. "\r\nIdempotency-Key: " .. run .. "-"
  sent, took = -1, 0 -- the first request is wrk's, to see what it will send; it sends it to nobody
end

local began

function request()
  if sent == 0 then
    began = microseconds()
  end
  local at = math.max(sent, 0) + 1
  if at > #paths then
    if took == 0 then
      took = microseconds() - began
    end
    wrk.thread:stop()
    return ""
  end
  sent = sent + 1
  local body = bodies[at]
  return "POST " .. paths[at] .. head .. at
    .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
  local errors, spent = summary.errors, sender:get("took")
  local figures = {
    sent = sender:get("sent"),
    answered = summary.requests,
    took = spent > 0 and spent or summary.duration,
    refused = errors.status, -- a status of 400 or more
    broken = errors.connect + errors.read + errors.write + errors.timeout,
    p50 = latency:percentile(50),
    p90 = latency:percentile(90),
    p99 = latency:percentile(99),
    p99_9 = latency:percentile(99.9),
    max = latency.max,
  }
  local parts = {}
  for name, value in pairs(figures) do
    parts[#parts + 1] = string.format('"%s": %.0f', name, value)
  end
  print("{" .. table.concat(parts, ", ") .. "}")
end

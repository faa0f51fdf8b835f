-- What wrk sends: `wrk … URL -- listed FILE SEED` or `wrk … URL -- uniform PATH TOKENS SEED`.
-- FILE has a path, a tab and the value of Authorization per line. The text of a request is that of load.ts.

local requests, at = {}, 0
local path, tokens

local function text(target, authorization)
  local credential = ""
  if authorization ~= "" then credential = "Authorization: " .. authorization .. "\r\n" end
  return "GET " .. target .. " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\n" .. credential .. "\r\n"
end

function init(args)
  if args[1] == "uniform" then
    path, tokens = args[2], tonumber(args[3])
    math.randomseed(tonumber(args[4]))
    return
  end
  for line in io.lines(args[2]) do
    local target, authorization = line:match("^([^\t]*)\t(.*)$")
    requests[#requests + 1] = text(target, authorization)
  end
  at = tonumber(args[3]) % #requests
end

function request()
  if tokens then
    local token = string.rep(string.format("%08x", math.random(tokens)), 5)
    return text(path, "Token " .. token)
  end
  at = at % #requests + 1
  return requests[at]
end

-- The figures as numbers: wrk's own report rounds them.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"bytes":%d,"refused":%d,"broken":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end

-- wrk's script: every request is another customer's, with a token that was signed before.
-- Arguments: the file of tokens, how many of its lines to pass over, the path.
local requests, next_one = {}, 0

function init(args)
  local passed = tonumber(args[2])
  for line in io.lines(args[1]) do
    if passed > 0 then
      passed = passed - 1
    else
      requests[#requests + 1] = wrk.format("POST", args[3],
        { ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json" }, "{}")
    end
  end
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency, _)
  local e = summary.errors
  print(string.format(
    '{"requests":%d,"microseconds":%d,"failed":%d,"not_2xx":%d,"p50_ms":%.3f,"p99_ms":%.3f}',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

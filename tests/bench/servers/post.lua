-- wrk's script: the same join again and again.
wrk.method, wrk.path, wrk.body = "POST", "/queue/v1/events/3f0ff9a0-8d3c-4a51-a7c7-3a6c5b0c5a10/ticket", "{}"
wrk.headers["Content-Type"] = "application/json"

function done(summary, latency, _)
  local e = summary.errors
  print(string.format(
    '{"requests":%d,"microseconds":%d,"failed":%d,"not_2xx":%d,"p99_ms":%.3f}',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout, e.status,
    latency:percentile(99) / 1000))
end

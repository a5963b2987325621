-- One turn of wrk: every request has an Idempotency-Key of its own, and the consents take turns.
-- Arguments: API key, prefix of the Idempotency-Keys, number of consents, body with CONSENT where the reference belongs.

local bodies = {}
local key, prefix, count
local sent = 0

function init(args)
  key, prefix, count = args[1], args[2], tonumber(args[3])
  for n = 0, count - 1 do
    bodies[n] = string.gsub(args[4], "CONSENT", "consent-" .. n)
  end
end

function request()
  sent = sent + 1
  local headers = {
    ["Authorization"] = "Bearer " .. key,
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = prefix .. "-" .. sent,
  }
  return wrk.format("POST", nil, headers, bodies[sent % count])
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'BENCH {"answers": %d, "durationUs": %d, "refused": %d, "broken": %d, "p50Us": %d, "p99Us": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end

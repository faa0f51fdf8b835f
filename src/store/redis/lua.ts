/** Lua that both scripts begin with: `now` in microseconds, from the first argument or from the server's own clock. */
export const NOW = `
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000000 + t[2]
end
`;

/**
 * `expired(log, length, edge, time)`: how many times at the old end of a log lie at or before `edge`; `time(log, n)` is
 * the n-th from that end. Found by doubling and halving: neither a long log nor a long pause is walked through.
 */
export const EXPIRED = `
local function expired(log, length, edge, time)
  if length == 0 or time(log, 1) > edge then return 0 end
  local old, young = 1, 2
  while young <= length and time(log, young) <= edge do old, young = young, young * 2 end
  young = math.min(young, length + 1)
  while young - old > 1 do
    local middle = math.floor((young + old) / 2)
    if time(log, middle) <= edge then old = middle else young = middle end
  end
  return old
end
`;

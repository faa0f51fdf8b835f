/**
 * The sliding log in Redis: one list of admission times (microseconds, newest first) per key, asked and
 * written in one atomic step. KEYS: the logs. ARGV: the time in microseconds, or '' for the server's own
 * clock; then limit and window (microseconds) of each key.
 *
 * Answers three numbers per key: admitted (1 or 0), wait in microseconds, remaining. A refused key is not
 * written at all; an admitted one expires a window later, so every key ends by itself.
 */
export const TAKE = `
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000000 + t[2]
end
local answer = {}
for i, key in ipairs(KEYS) do
  local limit = tonumber(ARGV[i * 2])
  local window = tonumber(ARGV[i * 2 + 1])
  local count = redis.call('LLEN', key)
  local oldest = count > 0 and tonumber(redis.call('LINDEX', key, -1)) or nil
  local expired = 0
  while oldest and oldest <= now - window do
    expired = expired + 1
    count = count - 1
    oldest = count > 0 and tonumber(redis.call('LINDEX', key, -1 - expired)) or nil
  end
  local n = #answer
  if count >= limit then
    answer[n + 1] = 0
    answer[n + 2] = (oldest and count <= limit) and (oldest + window - now) or window
    answer[n + 3] = 0
  else
    if expired > 0 then redis.call('LTRIM', key, 0, -1 - expired) end
    redis.call('LPUSH', key, string.format('%.0f', now))
    redis.call('PEXPIRE', key, math.ceil(window / 1000))
    answer[n + 1] = 1
    answer[n + 2] = 0
    answer[n + 3] = limit - count - 1
  end
end
return answer
`;

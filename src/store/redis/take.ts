import { EXPIRED, NOW } from './lua.ts';

/** How many entries that left the window one call removes at most: what one call costs does not grow with the log. */
const MOST_REMOVED = 10_000;

/**
 * The sliding log in Redis: one list of admission times (microseconds, newest first, never falling) per key, asked and
 * written in one atomic step. KEYS: the logs. ARGV: the time in microseconds, or '' for the server's own clock; then
 * limit and window (microseconds) of each key.
 *
 * Answers three values per key: admitted (1 or 0), wait in microseconds, remaining; or -1 and the code of the error
 * that asking this key met, since one caller's broken counter is not the others' outage. A refused key is not
 * written at all; an admitted one expires a window later, so every key ends by itself. No wait is longer than that.
 *
 * A clock that was set back writes the newest time again: as in DRF, which cuts the old end only, nothing counts for
 * less long than what was admitted before it.
 */
export const TAKE = `
${NOW}
${EXPIRED}
local call = redis.call
local function time(key, index) return tonumber(call('LINDEX', key, index)) end
local function oldest(key, n) return time(key, -n) end

local function take(key, limit, window)
  local length = call('LLEN', key)
  local gone = expired(key, length, now - window, oldest)
  local count = length - gone
  if count >= limit then
    local wait = limit > 0 and time(key, limit - 1) + window - now or window
    return 0, math.min(math.max(wait, 1), window), 0
  end
  if gone > 0 then call('LTRIM', key, 0, -1 - math.min(gone, ${MOST_REMOVED})) end
  local newest = count > 0 and math.max(time(key, 0), now) or now
  call('LPUSH', key, string.format('%.0f', newest))
  call('PEXPIRE', key, math.ceil(window / 1000))
  return 1, 0, limit - count - 1
end

local answer = {}
for i, key in ipairs(KEYS) do
  local ok, admitted, wait, left = pcall(take, key, tonumber(ARGV[i * 2]), tonumber(ARGV[i * 2 + 1]))
  if not ok then
    local why = type(admitted) == 'table' and admitted.err or tostring(admitted)
    -- A replica can count for nobody, and the connection must learn that it leads to one.
    if string.find(why, 'READONLY', 1, true) then return redis.error_reply('READONLY this is a replica') end
    admitted, wait, left = -1, string.match(why, '^[^A-Z]*([A-Z]+)') or 'ERR', 0
  end
  answer[i * 3 - 2], answer[i * 3 - 1], answer[i * 3] = admitted, wait, left
end
return answer
`;

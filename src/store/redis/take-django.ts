import { LARGEST_HISTORY, READ_HISTORY } from './django-history.ts';
import { EXPIRED, NOW } from './lua.ts';

/** Up to so many are walked through as DRF does, which stops at the first that counts, sorted or not. */
const WALKED = 1_000;

/**
 * DRF's throttle history, where and as DRF keeps it (`SimpleRateThrottle` on django-redis or Django's own Redis
 * cache): a list of `time.time()` floats, newest first. KEYS: the history. ARGV: the time in microseconds, or
 * '' for the server's own clock; limit; window in microseconds.
 *
 * DRF writes the whole list with each admission, and so does this, in the form in which it was found; a new one is a
 * pickle of protocol 4. Answers as the other script does: admitted, wait in microseconds, remaining. A history in any
 * other form is an error (FORMAT, COMPRESSED), and so is one that is too long (LONG): nothing is overwritten that is not
 * understood.
 */
export const TAKE_DJANGO = String.raw`
${NOW}
${EXPIRED}
${READ_HISTORY}
local key, limit, window = KEYS[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local size = redis.call('STRLEN', key)
if size > ${LARGEST_HISTORY} then return redis.error_reply('LONG history') end
local bytes = size > 0 and redis.call('GET', key) or '\128\4]\148.'
local history = read(bytes)
if not history then return redis.error_reply(compressed(bytes) and 'COMPRESSED history' or 'FORMAT of the history') end

local edge = (now - window) / 1000000
local gone = 0
while gone < history.count and gone < ${WALKED} and history:time(gone + 1) <= edge do gone = gone + 1 end
if gone == ${WALKED} then gone = expired(history, history.count, edge, history.time) end
local count = history.count - gone
if count >= limit then
  local wait = limit > 0 and history:time(history.count - limit + 1) * 1000000 + window - now or window
  return {0, math.min(math.max(wait, 1), window), 0}
end
redis.call('SET', key, history.with(now / 1000000, gone), 'PX', math.ceil(window / 1000))
return {1, 0, limit - count - 1}
`;

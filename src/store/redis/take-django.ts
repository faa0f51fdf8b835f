/**
 * DRF's throttle history, where and as DRF keeps it (`SimpleRateThrottle` on django-redis or Django's own Redis
 * cache): a pickled list of `time.time()` floats, newest first. KEYS: the history. ARGV: the time in microseconds, or
 * '' for the server's own clock; limit; window in microseconds.
 *
 * Answers as the other script does: admitted, wait in microseconds, remaining. A history that is no such pickle, as
 * one that is compressed, is an error: nothing is overwritten that is not understood.
 */
export const TAKE_DJANGO = `
local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000000 + t[2]
end
local limit = tonumber(ARGV[2])
local window = tonumber(ARGV[3])

local function read(s)
  local times = {}
  local at = 1
  local function byte() return string.byte(s, at) end
  if byte() ~= 128 then return nil end
  at = 3
  if byte() == 149 then at = at + 9 end
  if byte() ~= 93 then return nil end
  at = at + 1
  if byte() == 148 then at = at + 1 elseif byte() == 113 then at = at + 2 end
  while true do
    local b = byte()
    if b == 71 then
      if at + 8 > #s then return nil end
      times[#times + 1] = struct.unpack('>d', s, at + 1)
      at = at + 9
    elseif b == 40 or b == 97 or b == 101 then at = at + 1
    elseif b == 46 then return times
    else return nil end
  end
end

local function write(times)
  local parts = {}
  for i, time in ipairs(times) do parts[i] = 'G' .. struct.pack('>d', time) end
  local body = ']\\148'
  if #parts == 1 then body = body .. parts[1] .. 'a' else
    for first = 1, #parts, 1000 do
      body = body .. '(' .. table.concat(parts, '', first, math.min(first + 999, #parts)) .. 'e'
    end
  end
  body = body .. '.'
  return '\\128\\4\\149' .. struct.pack('<I4', #body) .. '\\0\\0\\0\\0' .. body
end

local times = {}
local stored = redis.call('GET', KEYS[1])
if stored then
  times = read(stored)
  if not times then return redis.error_reply('FORMAT the history is not an uncompressed pickle of floats') end
end
while #times > 0 and times[#times] * 1000000 <= now - window do table.remove(times) end
if #times >= limit then
  local oldest = times[#times]
  if oldest and #times <= limit then return {0, math.max(oldest * 1000000 + window - now, 1), 0} end
  return {0, window, 0}
end
table.insert(times, 1, now / 1000000)
redis.call('SET', KEYS[1], write(times), 'PX', math.ceil(window / 1000))
return {1, 0, limit - #times}
`;

/** The largest history in bytes: 116,000 admissions as a pickle. */
export const LARGEST_HISTORY = 1_048_576;
/** The same for those in text (JSON, protocol 0), of which Lua has to read every number. */
export const LARGEST_TEXT = 262_144;

/**
 * Lua that reads a list of floats as pickles of protocols 0 to 5, MessagePack or JSON hold it: `read(bytes)` is nil for
 * anything else. A list has `count`, `time(list, n)` for the n-th from the old end, and `with(time, gone)`: the bytes of
 * the same list in the same form, with `time` before it and without the `gone` oldest.
 *
 * In the binary forms every number takes a tag and eight bytes, so what is between the two ends is copied in one piece
 * and not looked at. Pickles have them in batches of up to a thousand; beyond 64 KB Python writes them in frames, which
 * are not needed to read them.
 */
export const READ_HISTORY = String.raw`
local byte, sub = string.byte, string.sub
local function double(time) return struct.pack('>d', time) end

local function unframed(s, at)
  local parts = { sub(s, 1, at - 1) }
  while byte(s, at) == 149 and #s > at + 8 do
    local length = struct.unpack('<I4', s, at + 1)
    parts[#parts + 1] = sub(s, at + 9, at + 8 + length)
    at = at + 9 + length
  end
  parts[#parts + 1] = sub(s, at)
  return table.concat(parts)
end

local function pickled(s)
  local framed = byte(s) == 128 and byte(s, 2) > 3
  local protocol = byte(s) == 128 and sub(s, 1, 2) or ''
  local list = #protocol + 1
  if byte(s, list) == 149 and #s > list + 8 then
    if struct.unpack('<I4', s, list + 1) == #s - list - 8 then list = list + 9 else s = unframed(s, list) end
  end
  if byte(s, list) ~= 93 then return nil end
  local start = list + (({ [148] = 2, [113] = 3 })[byte(s, list + 1)] or 1)

  local at, total, batches = start, 0, {}
  while byte(s, at) ~= 46 do
    local many = byte(s, at) == 40
    local first, count = many and at + 1 or at, 0
    if many and byte(s, first + 9000) == 101 and byte(s, first + 4500) == 71 and byte(s, first + 8991) == 71 then
      count = 1000
    else
      while byte(s, first + count * 9) == 71 and (many or count == 0) do count = count + 1 end
    end
    at = first + count * 9
    if count == 0 or byte(s, first) ~= 71 or byte(s, at) ~= (many and 101 or 97) then return nil end
    batches[#batches + 1] = { first = first, count = count, many = many }
    total = total + count
    at = at + 1
  end
  if at ~= #s then return nil end

  local function place(n)
    local at = #batches
    while n > batches[at].count do
      n = n - batches[at].count
      at = at - 1
    end
    return batches[at].first + (batches[at].count - n) * 9, batches[at]
  end
  local function with(time, gone)
    local opening, before, rest, after = sub(s, list, start - 1), '(G', '', 'e.'
    if gone == total then
      before, after = 'G', 'a.'
    else
      local last, batch = place(gone + 1)
      local front = batches[1]
      if front.count < 1000 and (front.many or front == batch) then
        rest = sub(s, front.first, last + 8)
      else
        rest = 'e' .. sub(s, start, last + 8)
      end
      if batch ~= front and not batch.many then after = 'a.' end
    end
    local frame = ''
    if framed then
      frame = '\149' .. struct.pack('<I4', #opening + #before + 8 + #rest + #after) .. '\0\0\0\0'
    end
    return protocol .. frame .. opening .. before .. double(time) .. rest .. after
  end
  local function time(_, n) return (struct.unpack('>d', s, place(n) + 1)) end
  return { count = total, time = time, with = with }
end

local function messagePacked(s)
  local first, at, count = byte(s), 2, nil
  if first >= 144 and first <= 159 then
    count = first - 144
  elseif first == 220 and #s > 3 then
    count, at = struct.unpack('>I2', s, 2)
  elseif first == 221 and #s > 5 then
    count, at = struct.unpack('>I4', s, 2)
  end
  if not count or #s ~= at - 1 + count * 9 then return nil end
  for n = 0, count - 1, math.max(math.floor(count / 100), 1) do
    if byte(s, at + n * 9) ~= 203 then return nil end
  end
  local function time(_, n) return (struct.unpack('>d', s, at + (count - n) * 9 + 1)) end
  local function with(time, gone)
    local many, head = count - gone + 1, nil
    if many < 16 then head = string.char(144 + many)
    elseif many < 65536 then head = '\220' .. struct.pack('>I2', many)
    else head = '\221' .. struct.pack('>I4', many) end
    return head .. '\203' .. double(time) .. sub(s, at, at - 1 + (count - gone) * 9)
  end
  return { count = count, time = time, with = with }
end

local function numbered(s, pattern, write)
  if #s > ${LARGEST_TEXT} then return nil end
  local numbers, at = {}, 1
  while at <= #s do
    local _, last, number = string.find(s, pattern, at)
    if not last then return nil end
    numbers[#numbers + 1] = number
    at = last + 1
  end
  return {
    count = #numbers,
    time = function(list, n) return tonumber(numbers[#numbers + 1 - n]) end,
    with = function(time, gone)
      local text = string.gsub(string.format('%.6f', time), '(%.%d-)0+$', '%1')
      if sub(text, -1) == '.' then text = text .. '0' end
      table.insert(numbers, 1, text)
      return write(numbers, #numbers - gone)
    end,
  }
end

local function inJson(s)
  if byte(s, -1) ~= 93 then return nil end
  local inside = sub(s, 2, -2)
  if string.find(inside, '%S') then inside = inside .. ',' end
  return numbered(inside, '^%s*(%d+%.%d+)%s*,', function(numbers, many)
    return '[' .. table.concat(numbers, ', ', 1, many) .. ']'
  end)
end

local function inLines(s)
  if sub(s, 1, 5) ~= '(lp0\n' or byte(s, -1) ~= 46 then return nil end
  return numbered(sub(s, 6, -2), '^F(%d+%.%d+)\na', function(numbers, many)
    return '(lp0\nF' .. table.concat(numbers, '\naF', 1, many) .. '\na.'
  end)
end

-- The first bytes of gzip, zlib, xz, LZ4 and Zstandard.
local function compressed(s)
  local first, second = byte(s, 1, 2)
  return first == 31 and second == 139
    or first == 120 and (first * 256 + (second or 0)) % 31 == 0
    or ({ ['\2537zX'] = true, ['\4"M\24'] = true, ['(\181/\253'] = true })[sub(s, 1, 4)]
end

local function read(s)
  local first = byte(s)
  if first == 128 or first == 93 then return pickled(s) end
  if first == 91 then return inJson(s) end
  if first == 40 then return inLines(s) end
  return messagePacked(s)
end
`;

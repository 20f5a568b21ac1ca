"""The Lua scripts of the log. Each runs as one step, so `seq` is the order of delivery for the whole site.

Keys: `rt:seq` the last number given out; `rt:epoch` the number at which this log began; `rt:log:{topic}` the last messages
of a topic, under entry ids `<seq>-0`; `rt:due` and `rt:slot:{topic}\\n{key}` the counters that wait for their second to pass.
"""

from __future__ import annotations

KEEP_MESSAGES = 200
KEEP_SECONDS = 300

_CLOCK = """
local function clock()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local function plain(n) return string.format('%.0f', n) end
"""

PUBLISH = _CLOCK + f"""
local channel, now = ARGV[1], clock()
local seq = tonumber(redis.call('GET', 'rt:seq') or '0')
local first = nil

local function emit(topic, author, body)
  seq = math.max(seq + 1, now)
  first = first or seq
  local frame = '{{"seq":' .. plain(seq) .. ',' .. body
  local log = 'rt:log:' .. topic
  redis.call('XADD', log, 'MAXLEN', {KEEP_MESSAGES}, plain(seq) .. '-0', 'a', author, 'f', frame)
  redis.call('EXPIRE', log, {KEEP_SECONDS})
  redis.call('PUBLISH', channel .. topic, plain(seq) .. ' ' .. author .. '\\n' .. frame)
end

local function flush(name)
  local key = 'rt:slot:' .. name
  local body = redis.call('HGET', key, 'body')
  redis.call('ZREM', 'rt:due', name)
  if body then
    emit(string.match(name, '^[^\\n]+'), '', body)
    redis.call('HDEL', key, 'body')
    redis.call('HSET', key, 'at', plain(now))
    redis.call('EXPIRE', key, 10)
  end
end

local function count(topic, slot, rev, body)
  local name = topic .. '\\n' .. slot
  local key = 'rt:slot:' .. name
  local kept = redis.call('HMGET', key, 'rev', 'at')
  if tonumber(rev) < tonumber(kept[1] or '0') then return end
  redis.call('HSET', key, 'rev', rev, 'body', body)
  redis.call('EXPIRE', key, 10)
  local due = tonumber(kept[2] or '0') + 1000000
  if due <= now then flush(name) else redis.call('ZADD', 'rt:due', plain(due), name) end
end

for _, name in ipairs(redis.call('ZRANGEBYSCORE', 'rt:due', '-inf', plain(now), 'LIMIT', 0, 200)) do flush(name) end
for i = 2, #ARGV, 5 do
  local topic, author, body, slot, rev = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  if slot == '' then emit(topic, author, body) else count(topic, slot, rev, body) end
end
if first then
  redis.call('SET', 'rt:seq', plain(seq))
  redis.call('SETNX', 'rt:epoch', plain(first))
end
local waiting = redis.call('ZRANGE', 'rt:due', 0, 0, 'WITHSCORES')
return waiting[2] and plain(math.max(0, tonumber(waiting[2]) - now)) or '-1'
"""
"""ARGV: channel prefix, then per message topic, author, body, slot, rev.
Returns the microseconds until the next counter is due, or -1."""

REPLAY = _CLOCK + f"""
local now, since = clock(), tonumber(ARGV[1])
local seq = tonumber(redis.call('GET', 'rt:seq') or '0')
redis.call('SETNX', 'rt:epoch', plain(now))
local epoch = tonumber(redis.call('GET', 'rt:epoch'))
local top = math.max(seq, now - 1)
if since < epoch or since < now - {KEEP_SECONDS} * 1000000 or since > top then return {{plain(seq), plain(top), '0'}} end
local answer, total = {{plain(seq), plain(top), '1'}}, 0
for i = 2, #ARGV do
  local log = 'rt:log:' .. ARGV[i]
  local entries = redis.call('XRANGE', log, '(' .. ARGV[1] .. '-0', '+', 'COUNT', {KEEP_MESSAGES} + 1)
  total = total + #entries
  if #entries >= {KEEP_MESSAGES} or total > {KEEP_MESSAGES} then return {{plain(seq), plain(top), '0'}} end
  for _, entry in ipairs(entries) do
    table.insert(answer, entry[1])
    table.insert(answer, entry[2][2])
    table.insert(answer, entry[2][4])
  end
end
return answer
"""
"""ARGV: the page's cursor, then topics. Returns the last `seq`, the cursor to go on from, 1 when nothing may be missing, and
id, author, frame of each message after the cursor."""

BEGIN = _CLOCK + """
if redis.call('GET', 'rt:run') ~= ARGV[1] then
  redis.call('SET', 'rt:run', ARGV[1])
  redis.call('SET', 'rt:epoch', plain(math.max(tonumber(redis.call('GET', 'rt:seq') or '0') + 1, clock())))
end
return redis.call('GET', 'rt:epoch')
"""
"""ARGV: the server's run id. A server that started again may have lost messages: its log begins now."""

TICK = _CLOCK + """
local seq = math.max(tonumber(redis.call('GET', 'rt:seq') or '0') + 1, clock())
redis.call('SET', 'rt:seq', plain(seq))
redis.call('SETNX', 'rt:epoch', plain(seq))
return redis.call('PUBLISH', ARGV[1], plain(seq))
"""
"""ARGV: a channel. Gives out a number without a message: whoever hears it has heard everything before it."""

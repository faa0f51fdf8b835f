import t from 'tap';
import { parseDuration } from '../../src/core/duration.ts';
import { parseSize } from '../../src/core/size.ts';

t.test('a duration is a whole number and a unit, in milliseconds', async (t) => {
  const durations = { '0s': 0, '300ms': 300, '5s': 5_000, '2m': 120_000, '1h': 3_600_000, '3d': 259_200_000 };
  for (const [text, milliseconds] of Object.entries(durations))
    t.equal(parseDuration(text), milliseconds, text);
  for (const text of [
    '',
    '5',
    's',
    '1.5s',
    '-1s',
    '5 s',
    '5S',
    '5sec',
    '1h30m',
    ' 5s',
    '5s\n',
    '9999999999s',
  ])
    t.equal(parseDuration(text), undefined, JSON.stringify(text));
});

t.test('a size is a whole number and a unit, in bytes', async (t) => {
  const sizes = { '0B': 0, '16KB': 16_384, '10MB': 10_485_760, '1GB': 1_073_741_824 };
  for (const [text, bytes] of Object.entries(sizes)) t.equal(parseSize(text), bytes, text);
  for (const text of ['', '5', '5kb', '1.5MB', '-1B', '5 MB', '5TB', '5MB\n'])
    t.equal(parseSize(text), undefined, JSON.stringify(text));
});

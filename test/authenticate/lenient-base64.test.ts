import t from 'tap';
import { decodeLenient } from '../../src/authenticate/lenient-base64.ts';

t.test('reads base64 as Python does', async (t) => {
  const cases: [string, string][] = [
    ['YWRhOng=', 'ada:x'],
    ['YWRh', 'ada'],
    ['', ''],
    ['====', ''],
    ['!!!!', ''],
    ['Y-W_R h', 'ada'],
    ['YWRhOng=====', 'ada:x'],
    ['YWRhOng=YWRh', 'ada:x'],
    ['YQ==YQ==', 'a'],
    ['YQ=x=', 'a\f'],
    ['Y=WRh', 'ada'],
  ];
  for (const [text, expected] of cases) t.equal(decodeLenient(text)?.toString(), expected, text);
});

t.test('missing padding is no base64', async (t) => {
  for (const text of ['Y', 'YW', 'YWR', 'YWRhO', 'YWRhOng', 'YQ=', 'YQ=x', 'a'])
    t.equal(decodeLenient(text), undefined, text);
});

import t from 'tap';
import { prettier } from '../../src/observe/pretty.ts';

const plain = prettier(false);
const line = (fields: object) =>
  `${JSON.stringify({ level: 'info', time: '2026-01-05T03:12:45.120Z', ...fields })}\n`;
const REQUEST = {
  request_id: 'a',
  method: 'GET',
  host: 'shop.test',
  path: '/staff/',
  client: '192.0.2.7',
  route: 'staff',
  decision: 'forward',
  status: 200,
  duration_ms: 1.61,
  msg: 'request',
};

t.test('a request is one line of columns', async (t) => {
  t.equal(
    plain(line({ ...REQUEST, user: '7' })),
    '03:12:45.120 info  200    1.61 ms GET    shop.test/staff/ forward staff as 7\n',
  );
  const why = {
    decision: 'refuse',
    code: 'permission_denied',
    reason: 'staff is false',
    place: 'routes.yaml:26:5',
  };
  t.equal(
    plain(line({ ...REQUEST, ...why, status: 403 })),
    '03:12:45.120 info  403    1.61 ms GET    shop.test/staff/ refuse staff permission_denied: staff is false (routes.yaml:26:5)\n',
  );
  const gone = { ...REQUEST, decision: 'abandoned', route: undefined, status: 0 };
  t.equal(plain(line(gone)), '03:12:45.120 info  ---    1.61 ms GET    shop.test/staff/ abandoned\n');
});

t.test('anything else is its message and its fields', async (t) => {
  t.equal(
    plain(line({ level: 'warn', step: 'select', lines: [1, 2], msg: 'redis refuses' })),
    '03:12:45.120 warn  redis refuses step=select lines=[1,2]\n',
  );
});

t.test('no field can command a terminal, or begin a line of its own', async (t) => {
  const hostile = 'a\u001b[2Jb\nc\u009b31md\u007f\r\u0000';
  for (const fields of [
    { ...REQUEST, path: hostile, user: hostile, host: hostile, method: hostile },
    { msg: hostile, [hostile]: hostile, deep: { [hostile]: [hostile] } },
  ]) {
    const text = plain(line(fields));
    t.notMatch(text.slice(0, -1), /[\u0000-\u001f\u007f-\u009f]/);
  }
});

t.test('colours are codes around the same text', async (t) => {
  const text = prettier(true)(line(REQUEST));
  t.match(text, '\u001b[32m200\u001b[0m');
  t.equal(text.replace(/\u001b\[\d+m/g, ''), plain(line(REQUEST)));
});

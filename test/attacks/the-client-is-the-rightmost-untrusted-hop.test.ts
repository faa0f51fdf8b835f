import t from 'tap';
import { ADA, stand } from '../support/stand.ts';

// CVE-2026-16732

const TRUSTING = 'trusted_proxies: [127.0.0.1, "10.0.0.0/8", "fd00::/8"]';
const LIMITED =
  '{ id: limited, path: /limited/**, permit: anyone, throttle: { rate: 1/h, by: ip }, forward: back }';

t.test('of an untrusted peer nothing is believed', async (t) => {
  const { get, upstream, gateway } = await stand(t, { routes: [LIMITED] });
  t.equal((await get('/limited/x', [['X-Forwarded-For', '192.0.2.1']])).status, 200);
  t.equal(
    (
      await get('/limited/x', [
        ['X-Forwarded-For', '192.0.2.2'],
        ['X-Real-IP', '192.0.2.3'],
      ])
    ).status,
    429,
  );
  t.same(upstream.requests[0]?.header('x-forwarded-for'), ['127.0.0.1']);
  t.same(
    (await gateway.lines(2)).map(({ client }) => client),
    ['127.0.0.1', '127.0.0.1'],
  );
});

t.test('through trusted proxies, the last address that is none of theirs', async (t) => {
  const { get, gateway } = await stand(t, { more: TRUSTING });
  const cases: [sent: string, client: string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.9, 192.0.2.1', '192.0.2.1'],
    ['127.0.0.1, 192.0.2.1', '192.0.2.1'],
    ['192.0.2.9, 192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['192.0.2.9, 192.0.2.1, 10.1.2.3, fd00::1', '192.0.2.1'],
    ['192.0.2.1,', '127.0.0.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1, ::ffff:10.0.0.1', '192.0.2.1'],
    ['192.0.2.1, ::ffff:a00:1', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:db8::1%eth0', '127.0.0.1'],
    ['192.0.2.1, unknown', '127.0.0.1'],
    ['192.0.2.1, 999.1.1.1', '127.0.0.1'],
    ['192.0.2.1, ::::', '127.0.0.1'],
    ['192.0.2.1, 1:2:3', '127.0.0.1'],
    ['10.0.0.1, 10.0.0.2', '10.0.0.1'],
    ['192.0.2.1 \t, 10.0.0.2 ', '192.0.2.1'],
    ['192.0.2.1 10.0.0.2', '127.0.0.1'],
    [`${'1'.repeat(5_000)}`, '127.0.0.1'],
  ];
  for (const [sent] of cases) t.equal((await get('/public/x', [['X-Forwarded-For', sent]])).status, 200);
  const lines = await gateway.lines(cases.length);
  t.same(
    lines.map(({ client }, index) => [cases[index]?.[0], client]),
    cases,
  );
});

t.test('two X-Forwarded-For lines are one list', async (t) => {
  const { get, gateway } = await stand(t, { more: TRUSTING });
  await get('/public/x', [
    ['X-Forwarded-For', '192.0.2.1'],
    ['X-Forwarded-For', '192.0.2.2'],
  ]);
  t.match(await gateway.lines(1), [{ client: '192.0.2.2' }]);
});

t.test('every address of a /64, and both forms of an IPv4 address, count as one caller', async (t) => {
  const { get, upstream } = await stand(t, { more: TRUSTING, routes: [LIMITED] });
  const from = async (address: string) =>
    (await get('/limited/x', [ADA, ['X-Forwarded-For', address]])).status;
  t.equal(await from('2001:db8:1:2::1'), 200);
  for (const same of ['2001:db8:1:2::2', '2001:0DB8:1:2:ffff::', '[2001:db8:1:2::9]:1'])
    t.equal(await from(same), 429, same);
  t.equal(await from('2001:db8:1:3::1'), 200);
  t.equal(await from('192.0.2.1'), 200);
  for (const same of ['::ffff:192.0.2.1', '::ffff:c000:201', '192.0.2.1:99'])
    t.equal(await from(same), 429, same);
  t.equal(await from('::ffff:192.0.2.2'), 200);
  t.equal(upstream.requests.length, 4);
});

t.test('everybody as a trusted proxy is refused', async (t) => {
  for (const all of ['0.0.0.0/0', '::/0', '127.0.0.1/00', '10.0.0.0/33', '10.0.0.0/8/8'])
    await t.rejects(stand(t, { more: `trusted_proxies: ["${all}"]` }), /trusted proxy|not a network/, all);
});

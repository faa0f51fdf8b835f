import t from 'tap';
import type { Pair } from '../support/http.ts';
import { BOB, stand } from '../support/stand.ts';

// CVE-2026-40575, CVE-2026-34457

/** Headers by which proxies, frameworks and health probes have been talked past their rules. */
const TRICKS: readonly Pair[] = [
  ['X-Forwarded-Uri', '/public/x'],
  ['X-Forwarded-Prefix', '/public'],
  ['X-Forwarded-Host', 'localhost'],
  ['X-Forwarded-Method', 'OPTIONS'],
  ['X-Forwarded-Proto', 'https'],
  ['X-Forwarded-User', '7'],
  ['X-Forwarded-Preferred-Username', 'ada'],
  ['Forwarded', 'for=127.0.0.1;host=localhost'],
  ['X-Original-URL', '/public/x'],
  ['X-Original-URI', '/public/x'],
  ['X-Rewrite-URL', '/public/x'],
  ['X-Original-Method', 'OPTIONS'],
  ['X-Real-IP', '127.0.0.1'],
  ['X-Client-IP', '127.0.0.1'],
  ['True-Client-IP', '127.0.0.1'],
  ['X-Request-Id', 'forged'],
  ['X-HTTP-Method-Override', 'GET'],
  ['X-HTTP-Method', 'GET'],
  ['X-Method-Override', 'GET'],
];

/** These may be forwarded: they mean nothing here. */
const PROBES: readonly Pair[] = [
  ['User-Agent', 'kube-probe/1.31'],
  ['User-Agent', 'GoogleHC/1.0'],
  ['User-Agent', 'ELB-HealthChecker/2.0'],
  ['X-Middleware-Subrequest', 'middleware:middleware:middleware'],
  ['Purpose', 'prefetch'],
  ['Upgrade-Insecure-Requests', '1'],
  ['Origin', 'null'],
  ['Access-Control-Request-Method', 'GET'],
  ['Sec-Fetch-Mode', 'cors'],
];

t.test('none of them opens a route', async (t) => {
  const { get, upstream } = await stand(t);
  for (const trick of [...TRICKS, ...PROBES]) {
    t.equal((await get('/admin/x', [trick])).status, 401, trick.join(': '));
    t.equal((await get('/admin/x', [BOB, trick])).status, 403, trick.join(': '));
    t.equal((await get('/unrouted', [trick])).status, 404, trick.join(': '));
  }
  t.same(upstream.requests, []);
});

t.test('what names another path, method, user or hop is removed or overwritten', async (t) => {
  const { get, upgrade, upstream, broken } = await stand(t);
  for (const trick of TRICKS) {
    await get('/public/x', [trick]);
    await upgrade('/chat/x', [trick]);
  }
  t.equal(upstream.requests.length, TRICKS.length * 2);
  for (const { headers } of upstream.requests) {
    const doubted = headers.filter(([name]) =>
      /^(x-forwarded|x-original|x-rewrite|x-http|x-method|x-real|x-client|true-|forwarded)/i.test(name),
    );
    t.same(doubted, [
      ['x-forwarded-for', '127.0.0.1'],
      ['x-forwarded-proto', 'http'],
      [
        'x-forwarded-host',
        headers
          .find(([, value]) => value.startsWith('gate') || value.startsWith('127.0.0.1:'))?.[1]
          .startsWith('gate')
          ? 'gate.test'
          : doubted[2]?.[1],
      ],
    ]);
    t.not(headers.find(([name]) => name === 'x-request-id')?.[1], 'forged');
  }
  t.same(await broken(), []);
});

t.test('a route may keep the override of its method; the rules look at the method itself', async (t) => {
  const { get, upstream } = await stand(t, {
    routes: [
      '{ id: kept, path: /kept/**, methods: [GET], permit: anyone, allow: [method_override], forward: back }',
    ],
  });
  t.equal((await get('/kept/x', [['X-HTTP-Method-Override', 'DELETE']])).status, 200);
  t.same(upstream.requests[0]?.header('x-http-method-override'), ['DELETE']);
});

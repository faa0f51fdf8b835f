import t from 'tap';
import { loadText } from '../../src/config/load.ts';
import { ask, setStage } from '../support/stage.ts';

const ROUTES = `
routes:
  - { id: shop, host: shop.test, path: /**, permit: anyone, forward: shop }
  - { id: other, path: /**, permit: anyone, forward: shop }
`;
const BOTH = 'trusted_headers: [x-forwarded-host, x-forwarded-port]';
const PROXY = 'trusted_proxies: [127.0.0.1]';

t.test('a trusted proxy names host and port where the file says so', async (t) => {
  const { gateway, upstream } = await setStage(t, `${PROXY}\n${BOTH}${ROUTES}`);
  for (const [headers, route, host] of [
    [{ 'X-Forwarded-Host': 'shop.test' }, 'shop', 'shop.test'],
    [{ 'X-Forwarded-Host': 'Shop.test:8443' }, 'shop', 'Shop.test:8443'],
    [{ 'X-Forwarded-Host': 'shop.test, inside.test' }, 'shop', 'shop.test'],
    [{ 'X-Forwarded-Host': 'shop.test', 'X-Forwarded-Port': '8443' }, 'shop', 'shop.test:8443'],
    [{ 'X-Forwarded-Host': 'shop.test:1', 'X-Forwarded-Port': '80' }, 'shop', 'shop.test'],
    [
      { 'X-Forwarded-Host': 'shop.test', 'X-Forwarded-Port': '443', 'X-Forwarded-Proto': 'https' },
      'shop',
      'shop.test',
    ],
    [{ 'X-Forwarded-Port': '8443' }, 'other', 'inside.test:8443'],
    [{}, 'other', 'inside.test'],
  ] as const) {
    await ask(gateway.port, 'GET /x', { Host: 'inside.test', ...headers });
    t.same(upstream.requests.at(-1)?.header('x-forwarded-host'), [host], JSON.stringify(headers));
    t.equal(gateway.log.filter(({ msg }) => msg === 'request').at(-1)?.route, route);
  }
});

t.test('what is no host is refused, whichever header says it', async (t) => {
  const { gateway, upstream } = await setStage(t, `${PROXY}\n${BOTH}${ROUTES}`);
  for (const headers of [
    { 'X-Forwarded-Host': 'a b' },
    { 'X-Forwarded-Host': 'user@shop.test' },
    { 'X-Forwarded-Port': '99999' },
    { 'X-Forwarded-Port': 'x' },
    { Host: 'user@inside.test', 'X-Forwarded-Host': 'shop.test' },
  ] as Record<string, string>[])
    t.equal((await ask(gateway.port, 'GET /x', headers)).status, 400, JSON.stringify(headers));
  t.same(upstream.requests, []);
});

t.test('nobody else does: not a client, and no proxy where the file does not say so', async (t) => {
  for (const yaml of [PROXY, `trusted_proxies: [192.0.2.1]\n${BOTH}`]) {
    const { gateway, upstream } = await setStage(t, `${yaml}${ROUTES}`);
    await ask(gateway.port, 'GET /x', {
      Host: 'inside.test',
      'X-Forwarded-Host': 'shop.test',
      'X-Forwarded-Port': '1',
    });
    t.same(upstream.requests[0]?.header('x-forwarded-host'), ['inside.test'], yaml);
    t.equal((await gateway.lines(1))[0]?.route, 'other');
  }
});

t.test('without trusted proxies the key is an error', async (t) => {
  t.throws(() => loadText(`upstreams: { shop: 'http://127.0.0.1:9' }\n${BOTH}${ROUTES}`, 'routes.yaml', {}), {
    message: /nobody may send them: list your proxies in "trusted_proxies"/,
  });
});

import t, { type Test } from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { startRedis } from '../support/redis.ts';
import { ask } from '../support/stage.ts';
import { until } from '../support/until.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

async function upstreamOf(t: Test): Promise<{ upstream: Upstream; yaml: string }> {
  const upstream = await startUpstream();
  t.teardown(() => upstream.close());
  const yaml = `upstreams: { shop: "${upstream.url}" }
log: { access: off }
routes: [{ path: /x, permit: anyone, throttle: { rate: 10/h, by: ip }, forward: shop }]\n`;
  return { upstream, yaml };
}

/** How many of each status 200 requests at once get, spread over the ports. */
async function rush(ports: readonly number[]): Promise<Record<number, number>> {
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, turn) => ask(ports[turn % ports.length] ?? 0, 'GET /x')),
  );
  const counts: Record<number, number> = {};
  for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

t.test('200 requests at once under 10/h: two gateways on one Redis admit 10', async (t) => {
  const { upstream, yaml } = await upstreamOf(t);
  const redis = await startRedis();
  const start = () => startGatewayProcess(yaml, { REDIS_URL: redis.url });
  const gateways = await Promise.all([start(), start()]);
  t.teardown(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await redis.stop();
  });
  for (const { adminUrl } of gateways) await until(async () => (await fetch(`${adminUrl}/readyz`)).ok);
  t.same(await rush(gateways.map(({ port }) => port)), { 200: 10, 429: 190 });
  t.equal(upstream.requests.length, 10);
});

t.test('200 requests at once under 10/h: the embedded store admits 10', async (t) => {
  const { upstream, yaml } = await upstreamOf(t);
  const gateway = await startGatewayProcess(`${yaml}store: memory\n`);
  t.teardown(() => gateway.stop());
  t.same(await rush([gateway.port]), { 200: 10, 429: 190 });
  t.equal(upstream.requests.length, 10);
});

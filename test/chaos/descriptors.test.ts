import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import t from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';
import { startUpstream } from '../support/upstream.ts';

t.test(
  'a gateway that runs out of file descriptors lives on, and recovers when they are free again',
  async (t) => {
    const upstream = await startUpstream();
    t.teardown(() => upstream.close());
    const gateway = await startGatewayProcess(`
guard: off
upstreams: { shop: '${upstream.url}' }
routes: [{ path: /**, permit: anyone, forward: shop }]
`);
    t.teardown(() => gateway.stop('SIGKILL'));
    const limited = spawnSync('prlimit', ['--pid', String(gateway.process.pid), '--nofile=256:256']);
    t.equal(limited.error ?? limited.status, 0, 'prlimit, of util-linux, has set the limit');

    const idle: Socket[] = [];
    for (let n = 0; n < 400; n++) {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => {});
      idle.push(socket);
    }
    await Promise.all(idle.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])));
    // What was accepted waits; what was not is closed, or waits in the kernel.
    const tries = Array.from({ length: 20 }, () =>
      fetch(gateway.url, { signal: AbortSignal.timeout(1_000) }).then(
        ({ status }) => status,
        () => 'no answer',
      ),
    );
    const during = await Promise.all(tries);
    t.comment(`while there were none: ${[...new Set(during)].join(', ')}`);
    t.same(
      during.filter((each) => each !== 200 && each !== 502 && each !== 503 && each !== 'no answer'),
      [],
    );
    t.equal(gateway.process.exitCode, null, 'it lives');

    const freedAt = performance.now();
    for (const socket of idle) socket.destroy();
    await until(async () => (await fetch(gateway.url)).status === 200);
    await until(async () => (await fetch(`${gateway.adminUrl}/readyz`)).ok);
    t.comment(`well again after ${Math.round(performance.now() - freedAt)} ms`);
    const later = await Promise.all(
      Array.from({ length: 100 }, async () => (await fetch(gateway.url)).status),
    );
    t.same([...new Set(later)], [200]);
    t.equal(gateway.process.exitCode, null);
  },
);

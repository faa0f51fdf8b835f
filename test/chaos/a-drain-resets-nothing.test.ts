import { Agent, request } from 'node:http';
import t from 'tap';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';
import { startUpstream } from '../support/upstream.ts';

const CLIENTS = 16;

type Answer = { status: number; closes: boolean } | { error: string };

function ask(url: string, agent: Agent, body: string): Promise<Answer> {
  return new Promise((resolve) => {
    const sent = request(`${url}/x`, { agent, method: 'POST' }, (response) => {
      response.resume();
      response.once('error', (error) => resolve({ error: error.message }));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
      );
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ error: `${error.code} ${sent.reusedSocket ? 'reused' : 'new'}` }),
    );
    sent.end(body);
  });
}

for (const delay of ['1s', '0s']) {
  t.test(`busy clients that keep their connections lose nothing to a drain (delay ${delay})`, async (t) => {
    const upstream = await startUpstream();
    t.teardown(() => upstream.close());
    for (const round of [1, 2, 3]) {
      const gateway = await startGatewayProcess(
        `guard: off\nlog: { access: off }\ndrain: { delay: ${delay}, timeout: 20s }\nupstreams: { back: '${upstream.url}' }\nroutes: [{ path: /**, permit: anyone, forward: back }]\n`,
      );
      t.teardown(() => gateway.stop('SIGKILL'));
      const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
      const answers: Answer[] = [];
      let draining = false;
      let kept = 0;
      const clients = Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          for (;;) {
            const before = draining;
            const answer = await ask(gateway.url, agent, 'abc');
            // The listener is closed: what a load balancer has noticed by then.
            if ('error' in answer && answer.error.startsWith('ECONNREFUSED')) return;
            answers.push(answer);
            if (before && 'closes' in answer && !answer.closes) kept++;
          }
        }),
      );
      await until(() => answers.length > 500);
      gateway.process.kill('SIGTERM');
      await until(() => gateway.stderr().includes('SIGTERM: draining'));
      draining = true;
      await clients;
      t.equal(await gateway.exited, 0);
      agent.destroy();
      const odd = answers.filter((answer) => !('status' in answer) || answer.status !== 200);
      t.same(odd, [], `round ${round}: ${answers.length} answers, none lost`);
      t.equal(kept, 0, 'from the signal on, each answer says that its connection ends');
    }
  });
}

// What Postern does with a request that is forwarded, on the same server and without the framework: the same turns,
// passage, decision, echo and access log as in src/listen/server.ts. What Postern costs more is Fastify's share.
import type { IncomingMessage } from 'node:http';
import { load } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { RequestHead } from '../../src/core/head.ts';
import { answer, letBodyCome } from '../../src/listen/answer.ts';
import { HttpServer } from '../../src/listen/http-server.ts';
import { Passage } from '../../src/listen/passage.ts';
import { LogWriter } from '../../src/observe/log-writer.ts';
import { standardOutput } from '../../src/observe/standard-output.ts';
import { Runtime } from '../../src/runtime.ts';
import { createLogger } from '../../src/start.ts';

const loaded = load(process.env.ROUTES ?? '', {});
const { head, listen } = loaded.settings;
const logger = createLogger(loaded.settings, new LogWriter(standardOutput()));
const runtime = new Runtime(loaded, { clock: systemClock, logger });
const { gateway, connected, observe } = runtime;

const server = new HttpServer({
  head,
  connected,
  draining: () => false,
  taken: (_request, socket) => socket.destroy(),
});
server.serve((request, response) => {
  const passage = new Passage(gateway(), observe);
  response.once('close', () => passage.end(response.headersSent ? response.statusCode : 0));
  passage.decide(headOf(request), (decision) => {
    if (decision.kind === 'reply') return answer(response, decision.reply);
    const { exchange, outbound, upstream } = decision;
    letBodyCome(response);
    passage.delivery = upstream.send({
      exchange,
      outbound,
      request,
      response,
      refuse: (refusal) => answer(response, passage.refuse(refusal)),
    });
  });
});
server.listen(listen.port, listen.host);

function headOf(request: IncomingMessage): RequestHead {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    version: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress ?? '',
    scheme: 'http',
    upgrade: false,
  };
}

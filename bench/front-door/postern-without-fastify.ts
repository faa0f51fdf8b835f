// What Postern does with a request that is forwarded, behind node:http itself: the same turns, passage, decision, echo
// and access log as in src/listen/server.ts. What Postern costs more than this is Fastify's share.
import { createServer, type IncomingMessage } from 'node:http';
import { load } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { RequestHead } from '../../src/core/head.ts';
import { answer } from '../../src/listen/answer.ts';
import { Passage } from '../../src/listen/passage.ts';
import { Turns } from '../../src/listen/turns.ts';
import { Runtime } from '../../src/runtime.ts';
import { createLogger } from '../../src/start.ts';

const loaded = load(process.env.ROUTES ?? '', {});
const runtime = new Runtime(loaded, { clock: systemClock, logger: createLogger(loaded.settings) });
const turns = new Turns();
const { head } = loaded.settings;

const server = createServer(
  {
    requireHostHeader: false,
    maxHeaderSize: head.bytes,
    headersTimeout: head.timeoutMs,
    keepAliveTimeout: head.keepAliveMs,
    requestTimeout: 0,
  },
  (request, response) => {
    turns.wait(response, () => {
      const passage = new Passage(runtime.gateway(), runtime.observe);
      response.once('close', () => passage.end(response.headersSent ? response.statusCode : 0));
      passage.decide(headOf(request), (decision) => {
        if (decision.kind === 'reply') return answer(response, decision.reply);
        const { exchange, outbound, upstream } = decision;
        void upstream.send(exchange, outbound, request, response);
      });
    });
  },
);
server.on('connection', runtime.connected);
server.listen(loaded.settings.listen.port, '127.0.0.1');

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

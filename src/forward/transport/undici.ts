import { Readable } from 'node:stream';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { Outbound } from '../../core/outbound.ts';
import { badReply, type Failure, failureOf } from '../failure.ts';
import type { RequestBody } from '../request-body.ts';
import type { Target } from '../target.ts';
import { surviveFailedWrites } from './connect.ts';
import type { Flight, Sink, Transport, TransportOptions } from './transport.ts';

type Controller = Dispatcher.DispatchController;

export interface UndiciOptions extends TransportOptions {
  /** How many connections there may be. */
  connections: number;
}

/** Requests by way of undici's pool. */
export class UndiciTransport implements Transport {
  private readonly target: Target;
  private readonly pool: Pool;

  constructor(target: Target, options: UndiciOptions) {
    this.target = target;
    this.pool = new Pool(`${target.secure ? 'https' : 'http'}://${target.authority}`, {
      connections: options.connections,
      pipelining: 1,
      connect: connector(target, options.connectMs),
      headersTimeout: options.responseMs,
      bodyTimeout: options.idleMs,
      keepAliveTimeout: options.keepAliveMs,
      keepAliveMaxTimeout: options.keepAliveMs,
      maxHeaderSize: options.headBytes,
    });
  }

  send({ method, path, host, headers }: Outbound, body: RequestBody | undefined, sink: Sink): Flight {
    const { target } = this;
    const flight = new UndiciFlight(sink);
    this.pool.dispatch(
      {
        method,
        path,
        headers: ['host', host ?? target.authority, ...headers],
        body: body ? new BodyStream(body, flight) : null,
        // One for all requests: undici would take it from their Host, and connect anew for each other one.
        servername: target.authority,
      } as Dispatcher.DispatchOptions,
      flight,
    );
    return flight;
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }
}

/** No connection could be made, so that nothing has been sent. */
class NotConnected extends Error {
  override name = 'NotConnected';
}

/**
 * undici takes a reset for the proper end of a body that only the connection ends; under another code it stays the
 * failure that it is.
 */
function connector(target: Target, connectMs: number): buildConnector.connector {
  const socketPath = 'path' in target.address ? { socketPath: target.address.path } : {};
  const connect = buildConnector({
    timeout: connectMs,
    rejectUnauthorized: true,
    allowH2: false,
    ...socketPath,
  });
  return (options, connected) => {
    const { servername: _, ...place } = options;
    const name = target.serverName === '' ? {} : { servername: target.serverName };
    connect({ ...place, ...name }, (error, socket) => {
      if (error) return connected(new NotConnected(error.message, { cause: error }), null);
      surviveFailedWrites(socket, () => {});
      socket.on('error', (broken: NodeJS.ErrnoException) => {
        if (broken.code === 'ECONNRESET') broken.code = 'UPSTREAM_RESET';
      });
      connected(null, socket);
    });
  };
}

/** A request body as undici reads one. */
class BodyStream extends Readable {
  private readonly source: RequestBody;
  private readonly flight: UndiciFlight;
  private begun = false;

  constructor(source: RequestBody, flight: UndiciFlight) {
    super();
    this.source = source;
    this.flight = flight;
  }

  override _read(): void {
    if (this.begun) {
      this.source.resume();
      return;
    }
    this.begun = true;
    this.source.begin({
      data: (chunk) => this.push(chunk),
      end: () => this.push(null),
      refused: (refusal) => this.flight.failed({ refusal, unsent: false }),
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.source.stop();
    done(error);
  }
}

/** Ends a request that undici would go on with. */
class Given extends Error {
  override name = 'GivenUp';
}

class UndiciFlight implements Flight, Dispatcher.DispatchHandler {
  private readonly sink: Sink;
  private controller: Controller | undefined;
  private over = false;
  private silent = true;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  resume(): void {
    this.controller?.resume();
  }

  abort(): void {
    this.over = true;
    this.controller?.abort(new Given());
  }

  failed(failure: Failure): void {
    if (this.over) return;
    this.abort();
    // undici may report what it refuses to send while it is asked to send it.
    queueMicrotask(() => this.sink.failed(failure));
  }

  onRequestStart(controller: Controller): void {
    this.controller = controller;
    if (this.over) controller.abort(new Given());
  }

  onResponseStart(controller: Controller, status: number, headers: unknown, message = ''): void {
    if (status < 200 || this.over) return;
    const lines = textLines(controller.rawHeaders ?? headers);
    if (codedOtherwise(lines)) {
      this.failed(badReply('a Transfer-Encoding other than chunked'));
      return;
    }
    this.sink.head(status, message, lines);
    if (status === 204 || status === 304) {
      // undici would wait for the body that a length announces, and miss it.
      this.onResponseEnd();
      return;
    }
    process.nextTick(() => {
      if (this.silent && !this.over) this.sink.flush();
    });
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    if (this.over) return;
    this.silent = false;
    if (!this.sink.data(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.over) return;
    this.over = true;
    this.sink.end();
  }

  onResponseError(_controller: Controller, error: Error): void {
    const { cause } = error;
    const connected = !(error instanceof NotConnected);
    this.failed(failureOf(!connected && cause instanceof Error ? cause : error, !connected));
  }

  /** Only asked-for upgrades reach an upstream, and they go through a tunnel. */
  onRequestUpgrade(
    _controller: Controller,
    _status: number,
    _headers: unknown,
    socket: { destroy(): void },
  ): void {
    socket.destroy();
    this.failed(badReply('the upstream upgraded the connection unasked'));
  }
}

function textLines(raw: unknown): string[] {
  return Array.isArray(raw)
    ? raw.map((item: Buffer | string) => (typeof item === 'string' ? item : item.toString('latin1')))
    : [];
}

function codedOtherwise(lines: readonly string[]): boolean {
  return lines.some(
    (name, at) =>
      at % 2 === 0 &&
      name.toLowerCase() === 'transfer-encoding' &&
      lines[at + 1]?.trim().toLowerCase() !== 'chunked',
  );
}

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Bytes, Ended } from './bytes.ts';
import { framing, type Pair, parseHeaders, readBody, splitHead, values } from './http.ts';
import { acceptance, echoFrames } from './websocket.ts';

/** A request as it arrived: recorded at its head, filled in while its body arrives. */
export interface Recorded {
  line: string;
  method: string;
  target: string;
  headers: Pair[];
  /** All values of one header, in order; the name in any case. */
  header(name: string): string[];
  body: Buffer;
  bodyLength: number;
  trailers: Pair[];
  /** False while the body is still arriving, and for ever if it never came to its end. */
  complete: boolean;
  /** Counts connections from 1. */
  connection: number;
  rawHead: Buffer;
}

/** Bytes to write as they are, a function that does as it likes with the socket, or undefined: 200 `{"ok":true}`. */
export type Reply =
  | Buffer
  | string
  | ((socket: Socket, request: Recorded) => void | Promise<void>)
  | undefined;

export interface UpstreamOptions {
  /** A fixed port, to come back where another one was. */
  port?: number;
  reply?: (request: Recorded) => Reply | Promise<Reply>;
  /** Reply when the head has arrived instead of the whole body. */
  early?: boolean;
  /** What follows an upgrade: each WebSocket frame answered with itself (default), or the very bytes that arrive. */
  echo?: 'frames' | 'bytes';
  /** Counts bodies instead of keeping them: for gigabytes. */
  discard?: boolean;
}

export interface Upstream {
  url: string;
  port: number;
  /** Every request whose head has arrived, in order. */
  requests: Recorded[];
  /** What could not be read as HTTP, with its reason: two sides that disagree about framing end here. */
  malformed: string[];
  /** All bytes of one connection, from 1; empty with `discard`. */
  bytes(connection: number): Buffer;
  readonly connections: number;
  /** Connections that are open now. */
  readonly open: number;
  /** The next complete request that no earlier `next` has given, past or future. */
  next(): Promise<Recorded>;
  /** Forgets all requests. */
  clear(): void;
  /** Changes the reply for requests from now on. */
  reply(make: UpstreamOptions['reply']): void;
  close(): Promise<void>;
}

/** A whole response as bytes, with its Content-Length. */
export function answer(status: number, body = '', headers: readonly Pair[] = []): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} Status\r\n${lines}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const ok = answer(200, '{"ok":true}', [['Content-Type', 'application/json']]);

/** An HTTP/1.1 server that parses as little as it can and records what it got, byte by byte. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const { early = false, echo = 'frames', discard = false } = options;
  const requests: Recorded[] = [];
  const malformed: string[] = [];
  const connections: Bytes[] = [];
  const open = new Set<Socket>();
  let unclaimed: Recorded[] = [];
  let claims: ((request: Recorded) => void)[] = [];
  let makeReply = options.reply ?? (() => undefined);

  function finished(recorded: Recorded): void {
    recorded.complete = true;
    const claim = claims.shift();
    if (claim) claim(recorded);
    else unclaimed.push(recorded);
  }

  async function respond(recorded: Recorded, socket: Socket): Promise<void> {
    const reply = (await makeReply(recorded)) ?? (recorded.method === 'HEAD' ? ok.slice(0, -11) : ok);
    if (typeof reply === 'function') await reply(socket, recorded);
    else {
      socket.write(typeof reply === 'string' ? Buffer.from(reply, 'utf8') : reply);
      if (/^connection: *close\r?$/im.test(reply.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''))
        socket.end();
    }
  }

  async function upgrade(recorded: Recorded, socket: Socket, bytes: Bytes, key: string): Promise<void> {
    const reply = await makeReply(recorded);
    if (typeof reply === 'function') return reply(socket, recorded);
    socket.write(reply ?? switching(key));
    if (reply !== undefined) return;
    if (echo === 'bytes') for await (const piece of bytes.rest()) socket.write(piece);
    else await echoFrames(bytes, (data) => socket.write(data));
    socket.end();
  }

  async function body(recorded: Recorded, bytes: Bytes): Promise<void> {
    const pieces: Buffer[] = [];
    recorded.trailers = await readBody(bytes, framing(recorded.headers), (piece) => {
      recorded.bodyLength += piece.length;
      if (!discard) pieces.push(piece);
    });
    recorded.body = Buffer.concat(pieces);
    finished(recorded);
  }

  async function serve(socket: Socket, bytes: Bytes, connection: number): Promise<void> {
    for (let head = await bytes.through('\r\n\r\n'); head; head = await bytes.through('\r\n\r\n')) {
      const recorded = record(head, connection);
      requests.push(recorded);
      const [key] = recorded.header('sec-websocket-key');
      try {
        if (key !== undefined && recorded.header('upgrade').join().toLowerCase() === 'websocket') {
          finished(recorded);
          return await upgrade(recorded, socket, bytes, key);
        }
        const read = body(recorded, bytes);
        if (!early) await read;
        await Promise.all([read, respond(recorded, socket)]);
      } catch (error) {
        // A client that went away: `complete` tells how far it came.
        if (error instanceof Ended) return void socket.destroy();
        throw error;
      }
    }
    socket.end();
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const bytes = new Bytes(socket, !discard);
    open.add(socket);
    connections.push(bytes);
    socket.once('close', () => open.delete(socket));
    serve(socket, bytes, connections.length).catch((error: Error) => {
      malformed.push(error.message);
      socket.destroy();
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    malformed,
    bytes: (connection) => Buffer.concat(connections[connection - 1]?.all ?? []),
    get connections() {
      return connections.length;
    },
    get open() {
      return open.size;
    },
    next: async () => unclaimed.shift() ?? new Promise((resolve) => claims.push(resolve)),
    clear: () => {
      requests.length = 0;
      unclaimed = [];
      claims = [];
    },
    reply: (make) => {
      makeReply = make ?? (() => undefined);
    },
    close: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function record(rawHead: Buffer, connection: number): Recorded {
  const { line, lines } = splitHead(rawHead);
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.[01]$/.exec(line) ?? [];
  if (method === '') throw new Error(`malformed request line ${JSON.stringify(line)}`);
  const headers = parseHeaders(lines);
  const header = (name: string): string[] => values(headers, name);
  const rest = { body: Buffer.alloc(0), bodyLength: 0, trailers: [], complete: false };
  return { line, method, target, headers, header, ...rest, connection, rawHead };
}

/** The answer that agrees to an upgrade with this key. */
export function switching(key: string): string {
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptance(key)}\r\n\r\n`;
}

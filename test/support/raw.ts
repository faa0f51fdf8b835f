import { once } from 'node:events';
import { connect as open, type Socket } from 'node:net';
import { Bytes, type Closed } from './bytes.ts';
import { framing, type Pair, parseHeaders, readBody, splitHead, values } from './http.ts';

export interface Response {
  version: string;
  status: number;
  reason: string;
  headers: Pair[];
  /** All values of one header, in order; the name in any case. */
  header(name: string): string[];
  body: Buffer;
  /** Also of a body that was discarded. */
  bodyLength: number;
  trailers: Pair[];
  /** The 1xx answers that came before this one. */
  interim: Response[];
}

export interface ResponseOptions {
  /** The answer has no body whatever its headers say: the request was a HEAD. */
  noBody?: boolean;
  /** Also give back a 1xx answer (100 Continue) instead of reading on to the final one. */
  interim?: boolean;
  /** Milliseconds until the wait is given up; default 10 000. */
  within?: number;
}

export interface RawClient {
  socket: Socket;
  /** Strings go out as latin-1: one character, one byte. Resolves when the bytes have been handed to the system. */
  send(bytes: Buffer | string): Promise<void>;
  /** The next response on this connection. Rejects on anything malformed, on an early end, and when it takes too long. */
  response(options?: ResponseOptions): Promise<Response>;
  /** The next bytes that no response has taken, such as WebSocket frames after a 101. */
  read(length: number, within?: number): Promise<Buffer>;
  /** Never rejects: a reset is its `error`. */
  closed: Promise<Closed>;
  /** Everything received so far. */
  readonly received: Buffer;
  /** What no response has taken yet. */
  readonly unread: Buffer;
  /** Half-closes: nothing more to send. */
  end(): void;
  destroy(): void;
}

export interface ConnectOptions {
  host?: string;
  /** Keeps neither bodies nor `received`: for gigabytes. */
  discard?: boolean;
}

export async function connect(port: number, options: ConnectOptions = {}): Promise<RawClient> {
  const { host = '127.0.0.1', discard = false } = options;
  const socket = open({ port, host, noDelay: true });
  const bytes = new Bytes(socket, !discard);
  await once(socket, 'connect');
  const inTime = async <T>(what: string, work: Promise<T>, within = 10_000): Promise<T> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), within);
    const tooLate = new Promise<never>((_, reject) => {
      late.signal.addEventListener('abort', () => {
        const seen = JSON.stringify(bytes.waiting.subarray(0, 500).toString('latin1'));
        reject(new Error(`no ${what} within ${within} ms; received: ${seen}`));
        socket.destroy();
      });
    });
    return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
  };
  return {
    socket,
    send: (data) =>
      new Promise((resolve) => {
        // A refusal may close the connection while the request is still being sent: `closed` tells.
        socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data, () => resolve());
      }),
    response: (how = {}) => inTime('response', readResponse(bytes, how, discard), how.within),
    read: (length, within) => inTime(`${length} bytes`, bytes.exactly(length), within),
    closed: bytes.closed,
    get received() {
      return Buffer.concat(bytes.all);
    },
    get unread() {
      return bytes.waiting;
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Sends `request` on a connection of its own; all bytes until the peer closes or one full response has arrived. */
export async function exchange(
  port: number,
  request: Buffer | string,
  options?: ResponseOptions,
): Promise<Buffer> {
  const client = await connect(port);
  try {
    void client.send(request);
    const answered = client.response(options).catch((error: Error) => {
      if (error.message.startsWith('no response within')) throw error;
    });
    await Promise.race([answered, client.closed]);
    return client.received;
  } finally {
    client.destroy();
  }
}

/** As `exchange`, parsed. */
export async function request(
  port: number,
  bytes: Buffer | string,
  options?: ResponseOptions,
): Promise<Response> {
  const client = await connect(port);
  try {
    void client.send(bytes);
    return await client.response(options);
  } finally {
    client.destroy();
  }
}

async function readResponse(bytes: Bytes, options: ResponseOptions, discard: boolean): Promise<Response> {
  const interim: Response[] = [];
  for (;;) {
    const head = await readHead(bytes);
    if (head.status >= 200 || head.status === 101 || options.interim) {
      const body = options.noBody ? {} : await readRest(bytes, head, discard);
      return { ...head, ...body, interim };
    }
    interim.push(head);
  }
}

async function readHead(bytes: Bytes): Promise<Response> {
  const raw = await bytes.through('\r\n\r\n');
  if (raw === undefined) throw new Error('connection ended before a response');
  const { line, lines } = splitHead(raw);
  const [, version, status, reason] = /^HTTP\/(1\.[01]) (\d{3}) ([^\r\n]*)$/.exec(line) ?? [];
  if (version === undefined || status === undefined || reason === undefined) {
    throw new Error(`malformed status line ${JSON.stringify(line)}`);
  }
  const headers = parseHeaders(lines);
  const header = (name: string): string[] => values(headers, name);
  const empty = { body: Buffer.alloc(0), bodyLength: 0, trailers: [], interim: [] };
  return { version, status: Number(status), reason, headers, header, ...empty };
}

async function readRest(bytes: Bytes, head: Response, discard: boolean): Promise<Partial<Response>> {
  if (head.status < 200 || head.status === 204 || head.status === 304) return {};
  const pieces: Buffer[] = [];
  let bodyLength = 0;
  const take = (piece: Buffer): void => {
    bodyLength += piece.length;
    if (!discard) pieces.push(piece);
  };
  const how = framing(head.headers);
  let trailers: Pair[] = [];
  if (how.kind === 'none') for await (const piece of bytes.rest()) take(piece);
  else trailers = await readBody(bytes, how, take);
  return { body: Buffer.concat(pieces), bodyLength, trailers };
}

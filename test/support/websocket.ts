import { createHash, randomBytes } from 'node:crypto';
import type { Bytes } from './bytes.ts';
import type { Pair } from './http.ts';
import { connect, type RawClient, type Response } from './raw.ts';

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  opcode: number;
  payload: Buffer;
}

/** RFC 6455 §4.2.2: proof that the server has read the key. */
export function acceptance(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** One whole frame; clients mask theirs, servers do not. */
export function encodeFrame(frame: Frame, masked: boolean): Buffer {
  const { opcode, payload } = frame;
  const long = payload.length > 125;
  if (payload.length > 0xffff) throw new Error('frames of up to 65 535 bytes');
  const head = Buffer.alloc(long ? 4 : 2);
  head[0] = 0x80 | opcode;
  head[1] = (masked ? 0x80 : 0) | (long ? 126 : payload.length);
  if (long) head.writeUInt16BE(payload.length, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, unmask(payload, mask)]);
}

/** The next whole frame, unmasked. */
export async function readFrame(read: (length: number) => Promise<Buffer>): Promise<Frame> {
  const head = await read(2);
  const short = head.readUInt8(1) & 0x7f;
  if ((head.readUInt8(0) & 0x80) === 0 || short === 127)
    throw new Error('fragmented or longer than 65 535 bytes');
  const length = short === 126 ? (await read(2)).readUInt16BE(0) : short;
  const mask = head.readUInt8(1) & 0x80 ? await read(4) : undefined;
  const payload = length > 0 ? await read(length) : Buffer.alloc(0);
  return { opcode: head.readUInt8(0) & 0x0f, payload: mask ? unmask(payload, mask) : payload };
}

function unmask(payload: Buffer, mask: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ mask.readUInt8(index % 4)));
}

/** Answers every frame with itself until the other side closes. */
export async function echoFrames(bytes: Bytes, write: (data: Buffer) => void): Promise<void> {
  for (;;) {
    const frame = await readFrame((length) => bytes.exactly(length));
    const opcode = frame.opcode === opcodes.ping ? opcodes.pong : frame.opcode;
    write(encodeFrame({ ...frame, opcode }, false));
    if (opcode === opcodes.close) return;
  }
}

export interface WebSocketClient {
  /** The answer to the upgrade: 101, or a refusal and then nothing below works. */
  response: Response;
  raw: RawClient;
  send(text: string): Promise<void>;
  /** The next text message. */
  message(): Promise<string>;
  frame(): Promise<Frame>;
  /** Says goodbye and waits until the connection has ended. */
  close(): Promise<void>;
}

/** Asks for an upgrade with exactly these headers and the four that an upgrade needs. */
export async function openWebSocket(
  port: number,
  target: string,
  headers: readonly Pair[] = [],
): Promise<WebSocketClient> {
  const raw = await connect(port);
  const key = randomBytes(16).toString('base64');
  const hosted = headers.some(([name]) => name.toLowerCase() === 'host');
  const all: Pair[] = [
    ...(hosted ? [] : [['Host', `127.0.0.1:${port}`] satisfies Pair]),
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', '13'],
    ['Sec-WebSocket-Key', key],
    ...headers,
  ];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  await raw.send(`GET ${target} HTTP/1.1\r\n${lines}\r\n`);
  const response = await raw.response();
  if (response.status === 101 && response.header('sec-websocket-accept')[0] !== acceptance(key)) {
    throw new Error('wrong Sec-WebSocket-Accept');
  }
  const frame = (): Promise<Frame> => readFrame((length) => raw.read(length));
  const send = (opcode: number, text: string): Promise<void> =>
    raw.send(encodeFrame({ opcode, payload: Buffer.from(text) }, true));
  return {
    response,
    raw,
    frame,
    send: (text) => send(opcodes.text, text),
    message: async () => (await frame()).payload.toString(),
    close: async () => {
      if (response.status === 101) await send(opcodes.close, '');
      raw.end();
      await raw.closed;
    },
  };
}

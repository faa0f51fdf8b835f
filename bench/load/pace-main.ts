// A load generator with a fixed rate, in a process of its own: node pace-main.js '{"port":…,"rate":…}'.
// Raw sockets, one request under way on each, so that it costs little of the core that it shares with the upstream.
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { percentile } from '../measure/statistics.ts';
import { tokenOf } from '../stage/tokens.ts';
import { type Load, requestText } from './load.ts';
import { ReplyCounter } from './reply-counter.ts';
import { Schedule } from './schedule.ts';
import type { Seen, Shot } from './wrk.ts';

export type Order = Load & Shot & { rate: number };

interface Lane {
  socket: Socket;
  counter: ReplyCounter;
  /** When the request under way became due; undefined while the connection is idle. */
  due: number | undefined;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const { port, connections, rate, seconds } = order;
const GRACE_MS = 5_000;

const nextRequest = requests(order);
const schedule = new Schedule(rate, seconds);
const latencies = new Float64Array(schedule.total);
const idle: Lane[] = [];
const seen: Seen = { requests: 0, seconds: 0, bytes: 0, refused: 0, broken: 0, p50: 0, p99: 0 };
let began: number | undefined;

/** The texts of the requests, as requests.lua makes them. */
function requests({ source, seed }: Order): () => string {
  if (source[0] === 'uniform') {
    const [, path, tokens] = source;
    return () => {
      const token = tokenOf(1 + Math.floor(Math.random() * Number(tokens)));
      return requestText(port, { path, authorization: `Token ${token}` });
    };
  }
  const texts = readFileSync(source[1], 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [path = '', authorization = ''] = line.split('\t');
      return requestText(port, { path, authorization });
    });
  let at = seed % texts.length;
  return () => {
    at = (at + 1) % texts.length;
    return texts[at] ?? '';
  };
}

function send(lane: Lane, due: number): void {
  lane.due = due;
  lane.socket.write(nextRequest(), 'latin1');
}

/** Sends what is due, as far as connections are idle. */
function pump(): void {
  if (began === undefined) return;
  schedule.advance(performance.now() - began);
  while (idle.length > 0) {
    const due = schedule.next();
    if (due === undefined) return;
    const lane = idle.pop();
    if (lane) send(lane, due);
  }
}

function replied(lane: Lane, at: number): void {
  if (lane.counter.status >= 400) seen.refused++;
  latencies[seen.requests++] = at - (lane.due ?? at);
  lane.due = undefined;
  idle.push(lane);
  if (seen.requests === schedule.total) finish();
}

/** Opens a connection, and has one request answered on it that is not measured. */
function open(): Promise<Lane> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const lane: Lane = { socket, counter: new ReplyCounter(), due: undefined };
    socket.once('connect', () => socket.write(nextRequest(), 'latin1'));
    socket.on('data', (bytes) => {
      if (began !== undefined) seen.bytes += bytes.length;
      if (!lane.counter.read(bytes)) return;
      if (began === undefined) return resolve(lane);
      replied(lane, performance.now() - began);
      pump();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (lane.due !== undefined) seen.broken++;
    });
  });
}

function finish(): never {
  const sorted = latencies.subarray(0, seen.requests).sort();
  seen.seconds = (performance.now() - (began ?? 0)) / 1_000;
  seen.p50 = percentile(sorted, 0.5);
  seen.p99 = percentile(sorted, 0.99);
  process.stdout.write(`${JSON.stringify(seen)}\n`);
  process.exit(0);
}

for (const lane of await Promise.all(Array.from({ length: connections }, open))) idle.push(lane);
began = performance.now();
(function tick() {
  pump();
  setTimeout(tick, 1);
})();
setTimeout(
  () => {
    seen.broken += schedule.total - seen.requests;
    finish();
  },
  seconds * 1_000 + GRACE_MS,
);

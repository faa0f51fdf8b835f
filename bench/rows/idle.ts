import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Contestant, Scene } from '../contestants/contestant.ts';
import { nginx } from '../contestants/nginx.ts';
import { bareProxy } from '../contestants/node.ts';
import { postern } from '../contestants/postern.ts';
import { listed, requestText, type Wish } from '../load/load.ts';
import { ReplyCounter } from '../load/reply-counter.ts';
import { residentBytes } from '../measure/accounting.ts';
import { NO_LIMIT, warmUp } from '../measure/duel.ts';
import type { Measured } from '../measure/metrics.ts';
import { onPath } from '../stage/on-path.ts';
import { openFile } from './plain.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 10_000;
/** Files that the bench and the contestants have open besides. */
const OTHER_FILES = 512;
const AT_ONCE = 200;
const SETTLE_MS = 3_000;
const MOST_ROUNDS = 3;

const WISH: Wish = { path: '/x', authorization: '' };

/** How many connections this process may hold open: Node.js has raised its own limit to the hard one. */
function possible(): number {
  const [, most = '0'] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return Math.min(CONNECTIONS, Number(most) - OTHER_FILES);
}

/** A connection on which one request has been answered. */
function openOne(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const counter = new ReplyCounter();
    const socket = connect(port, '127.0.0.1', () => socket.write(requestText(port, WISH)));
    socket.on('data', (bytes) => {
      if (counter.read(bytes)) resolve(socket);
    });
    socket.once('error', reject).once('close', () => reject(new Error('closed')));
  });
}

async function openAll(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const more = Math.min(AT_ONCE, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: more }, () => openOne(port)))));
  }
  return sockets;
}

/** Starts a contestant anew, and returns how much memory one more idle connection takes. */
async function bytesEach(scene: Scene, contestant: Contestant, count: number): Promise<number> {
  const started = await contestant.start(scene, NO_LIMIT);
  const { port, child } = started;
  let sockets: Socket[] = [];
  try {
    await warmUp(scene, started, listed(scene.stage, [WISH]), 1);
    await wait(SETTLE_MS);
    const before = residentBytes(child.pid);
    sockets = await openAll(port, count);
    await wait(SETTLE_MS);
    const after = residentBytes(child.pid);
    const open = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
    if (open < count) throw new Error(`closed ${count - open} of ${count} connections meanwhile`);
    return (after - before) / count;
  } finally {
    for (const socket of sockets) socket.destroy();
    await scene.stage.stop(child);
  }
}

export const idle: Row = {
  name: 'idle',
  title: `${CONNECTIONS.toLocaleString('en')} idle keep-alive connections, each after one request`,
  compare: 'perConnection',
  async run(scene, { rounds, say }) {
    const count = possible();
    const measured: Measured[] = [];
    // All connections come from one address here, which the guard would not let have so many.
    const ours = postern({ ...openFile, guard: { connections: CONNECTIONS + AT_ONCE } });
    for (const contestant of [ours, nginx, bareProxy]) {
      const { name, needs } = contestant;
      const perConnection: number[] = [];
      const one: Measured = { name, remarks: [], samples: { perConnection } };
      measured.push(one);
      try {
        if (needs && !onPath(needs.command)) throw new Error(`install the Debian packages ${needs.packages}`);
        for (let round = 1; round <= Math.min(rounds, MOST_ROUNDS); round++) {
          say(`round ${round}: ${name}`);
          perConnection.push(await bytesEach(scene, contestant, count));
        }
      } catch (error) {
        one.leftOut = error instanceof Error ? error.message : String(error);
        say(`${name} is left out: ${one.leftOut}`);
      }
    }
    const remarks = count < CONNECTIONS ? [`${count} connections: \`ulimit -n\` allows no more`] : [];
    return { measured, remarks };
  },
};

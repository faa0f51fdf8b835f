import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Test } from 'tap';

export interface RelayPort {
  port: number;
  /** Where new connections lead from now on; those that stand stay where they are. */
  lead(port: number): void;
  /** Answers every command that clients send with these bytes, instead of passing it on. */
  say(bytes: string | undefined): void;
  /** How many connections there have been. */
  readonly connections: number;
}

/** A port that leads to another, as a Service or a virtual address does. */
export async function relayPort(t: Test, target: number): Promise<RelayPort> {
  let leads = target;
  let said: string | undefined;
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    connections += 1;
    const far = connect(leads, '127.0.0.1');
    for (const [socket, other] of [
      [client, far],
      [far, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
    }
    far.pipe(client);
    client.on('data', (bytes) => {
      if (said === undefined) far.write(bytes);
      else client.write(said.repeat(bytes.toString('latin1').match(/^\*\d+\r$/gm)?.length ?? 1));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    lead: (port) => {
      leads = port;
    },
    say: (bytes) => {
      said = bytes;
    },
    get connections() {
      return connections;
    },
  };
}

import { Redis } from 'ioredis';
import type { Child } from './child.ts';
import { freePort, type Stage } from './stage.ts';
import { recordOf, tokenOf } from './tokens.ts';

const BATCH = 5_000;

/** A Redis server of the bench's own. */
export class RedisServer {
  readonly child: Child;
  readonly port: number;
  private readonly client: Redis;

  private constructor(child: Child, port: number) {
    this.child = child;
    this.port = port;
    this.client = new Redis({ port, host: '127.0.0.1' });
    // Commands report what goes wrong; without a listener the process would end.
    this.client.on('error', () => {});
  }

  static async start(stage: Stage): Promise<RedisServer> {
    const port = await freePort();
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    return new RedisServer(await stage.serve(port, 'redis-server', args), port);
  }

  /** Closes the connection of the bench; the server ends with the stage. */
  close(): void {
    this.client.disconnect();
  }

  async forget(user: number): Promise<void> {
    await this.client.del(`token:${tokenOf(user)}`);
  }

  /** Nothing but the tokens of the users 1 to `users`. */
  async fill(users: number): Promise<void> {
    await this.client.flushall();
    for (let first = 1; first <= users; first += BATCH) {
      const pairs = [];
      for (let user = first; user < first + BATCH && user <= users; user++)
        pairs.push(`token:${tokenOf(user)}`, recordOf(user));
      await this.client.mset(pairs);
    }
  }
}

import { join } from 'node:path';
import { freePort, ROOT } from '../stage/stage.ts';
import type { Contestant } from './contestant.ts';

/** A program of this folder, compiled, run by the Node.js that runs the bench. */
export function nodeProgram(
  name: string,
  file: string,
  more: Readonly<Record<string, string>> = {},
): Contestant {
  return {
    name,
    async start({ stage, upstream, redis, quietPeers }, limit) {
      const port = await freePort();
      const env = {
        PORT: String(port),
        UPSTREAM: `http://127.0.0.1:${upstream}`,
        REDIS: String(redis.port),
        LIMIT: String(limit),
        ACCESS_LOG: quietPeers ? 'off' : 'on',
        ...more,
      };
      const args = [join(ROOT, 'build/bench', file)];
      const child = await stage.serve(port, process.execPath, args, { cores: stage.cores.contestant, env });
      return { child, port };
    },
  };
}

/** What one writes in an afternoon from the same packages. */
export const obviousGateway = nodeProgram('the obvious gateway', 'contestants/obvious-gateway.js');

/** fastify and @fastify/http-proxy, with nothing decided. */
export const bareProxy = nodeProgram('bare http-proxy', 'contestants/bare-proxy.js');

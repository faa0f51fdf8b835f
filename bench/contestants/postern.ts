import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, ROOT } from '../stage/stage.ts';
import type { Contestant, Scene } from './contestant.ts';

const MAIN = join(ROOT, 'dist/main.js');

/** Keys of routes.yaml; what is left out is what every file of the bench has. */
export interface File {
  authenticators?: object;
  routes: readonly object[];
  [key: string]: unknown;
}

/** One route for everything. */
export const ALL_PATHS = { id: 'all', path: '/**', forward: 'backend' };

/** How each user is counted. */
export const COUNTED = { permit: 'authenticated', throttle: ['each'] };

/** Opaque tokens in Redis. */
export const TOKENS = { token: { type: 'redis-token' } };

/**
 * Postern as it is served: the build in `dist/`, access log on, everything that is not named here as it comes.
 *
 * @param file the part of the file that is this work's own
 */
export function postern(file: File, { name = 'Postern', workers = 1 } = {}): Contestant {
  return {
    name,
    async start(scene, limit) {
      const { stage } = scene;
      const { path, port } = await posternFile(file, scene, limit);
      const cores = stage.cores.several(workers);
      const args = [MAIN, 'serve', '--config', path];
      const child = await stage.serve(port, process.execPath, args, { cores });
      return { child, port };
    },
  };
}

/** Writes a whole file, as JSON, which is YAML. */
export async function posternFile(
  file: File,
  { stage, redis, upstream }: Scene,
  limit: number,
): Promise<{ path: string; port: number }> {
  const port = await freePort();
  const text = JSON.stringify({
    version: 1,
    listen: `127.0.0.1:${port}`,
    admin: `127.0.0.1:${await freePort()}`,
    redis: `redis://127.0.0.1:${redis.port}`,
    drain: { delay: '0s', timeout: '1s' },
    upstreams: { backend: `http://127.0.0.1:${upstream}` },
    throttles: { each: { rate: `${limit}/s`, by: 'user' } },
    ...file,
  });
  return { path: stage.write('routes.yaml', text), port };
}

/** Whether this version's file has such a key. */
export function knowsKey(key: string): boolean {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schema/routes.schema.json'), 'utf8')) as {
    properties: Record<string, unknown>;
  };
  return key in schema.properties;
}

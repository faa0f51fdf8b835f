import { freePort } from '../stage/stage.ts';
import type { Contestant, Scene, StartedContestant } from './contestant.ts';
import { template } from './template.ts';

/** Written in pieces of 64 KB, which is the cheapest way that nginx has. */
const ACCESS_LOG = '/dev/null combined buffer=64k flush=1s';

async function start(
  { stage, upstream, redis, quietPeers }: Scene,
  file: string,
  limit: number,
): Promise<StartedContestant> {
  const port = await freePort();
  const access_log = quietPeers ? 'off' : ACCESS_LOG;
  const config = template(stage, file, { port, upstream, redis: redis.port, limit, access_log });
  const child = await stage.serve(port, 'nginx', ['-c', config], { cores: stage.cores.contestant });
  return { child, port };
}

export const nginx: Contestant = {
  name: 'nginx',
  needs: { command: 'nginx', packages: 'nginx' },
  start: (scene, limit) => start(scene, 'nginx-plain.conf', limit),
};

export const nginxLua: Contestant = {
  name: 'nginx + Lua + Redis',
  needs: { command: 'nginx', packages: 'nginx libnginx-mod-http-lua lua-nginx-redis lua-cjson' },
  start: (scene, limit) => start(scene, 'nginx-lua.conf', limit),
};

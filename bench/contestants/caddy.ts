import { freePort } from '../stage/stage.ts';
import type { Contestant } from './contestant.ts';
import { template } from './template.ts';

export const caddy: Contestant = {
  name: 'Caddy',
  needs: { command: 'caddy', packages: 'caddy' },
  async start({ stage, upstream, quietPeers }) {
    const port = await freePort();
    const log = quietPeers ? '' : 'log {\n\t\toutput stdout\n\t}';
    const config = template(stage, 'Caddyfile', { port, upstream, log });
    const args = ['run', '--adapter', 'caddyfile', '--config', config];
    const child = await stage.serve(port, 'caddy', args, { cores: stage.cores.contestant });
    return { child, port };
  },
};

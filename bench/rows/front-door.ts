import { join } from 'node:path';
import type { Contestant } from '../contestants/contestant.ts';
import { nodeProgram } from '../contestants/node.ts';
import { type File, postern, posternFile } from '../contestants/postern.ts';
import { listed } from '../load/load.ts';
import { ROOT } from '../stage/stage.ts';
import { duelRow } from './row.ts';

const file: File = {
  upstreams: { show: { type: 'echo' } },
  throttles: {},
  routes: [{ id: 'all', path: '/**', forward: 'show', authenticate: [], permit: 'anyone' }],
};

const withoutFastify: Contestant = {
  name: 'the same without Fastify',
  async start(scene, limit) {
    const { stage } = scene;
    const { path, port } = await posternFile(file, scene, limit);
    const args = [join(ROOT, 'build/bench/front-door/postern-without-fastify.js')];
    const options = { cores: stage.cores.contestant, env: { ROUTES: path } };
    return { child: await stage.serve(port, process.execPath, args, options), port };
  },
};

export const frontDoor = duelRow({
  name: 'front-door',
  title: 'what answering costs before anything is forwarded',
  halfLoad: false,
  usesRedis: false,
  async cast({ stage }) {
    const load = listed(stage, [{ path: '/x', authorization: '' }]);
    const contestants = [
      postern(file, { name: 'Postern with an echo' }),
      withoutFastify,
      nodeProgram('node:http, hello', 'front-door/hello.js'),
      nodeProgram('Fastify, hello', 'front-door/hello-fastify.js'),
    ];
    return {
      entrants: contestants.map((contestant) => ({ contestant, load })),
      proof: { by: 'answering' },
    };
  },
});

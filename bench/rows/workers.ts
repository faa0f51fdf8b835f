import { knowsKey, postern } from '../contestants/postern.ts';
import { duelRow, type Row } from './row.ts';
import { tokenFile, tokenLoad, tokenProof } from './tokens.ts';

const measured = duelRow({
  name: 'workers',
  title: 'the work of "tokens" with 1 and 2 workers',
  compare: 'rate',
  async cast(scene) {
    const load = await tokenLoad(scene);
    const cores = scene.stage.cores.several(2).split(',').length;
    return {
      entrants: [
        { contestant: postern({ ...tokenFile, workers: 1 }, { name: 'Postern, 1 worker' }), load },
        {
          contestant: postern({ ...tokenFile, workers: 2 }, { name: 'Postern, 2 workers', workers: 2 }),
          load,
        },
      ],
      proof: tokenProof,
      remarks:
        cores < 2 ? ['both workers share one core here: only the CPU per request tells something'] : [],
    };
  },
});

export const workers: Row = {
  ...measured,
  async run(scene, options) {
    if (knowsKey('workers')) return measured.run(scene, options);
    return { measured: [], remarks: ['not yet: this version of Postern has no `workers`'] };
  },
};

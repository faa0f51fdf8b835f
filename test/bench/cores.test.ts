import t from 'tap';
import { parseCores } from '../../bench/stage/cores.ts';

t.test('cores are read as the kernel lists them', async (t) => {
  t.same(parseCores('0-1'), [0, 1]);
  t.same(parseCores('3'), [3]);
  t.same(parseCores('0-2,5,8-9'), [0, 1, 2, 5, 8, 9]);
});

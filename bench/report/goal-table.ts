import type { Judged } from '../goals.ts';
import { spreadText } from './row-table.ts';
import { table } from './table.ts';

/** Goals with what was measured: the median decides. */
export function goalTable(judged: readonly Judged[]): string {
  const body = judged.map(({ work, row, goal, digits, measured, reached }) => [
    work,
    row,
    goal,
    measured ? spreadText(measured, digits) : 'not measured',
    reached === undefined ? '' : reached ? 'reached' : 'missed',
  ]);
  return `goals\n${table(['work', 'row', 'goal', 'measured', ''], body)}`;
}

import { integerFromText } from '../integer-text.ts';
import { malformed } from '../undecodable.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Opcodes that remember an item, bring it back, repeat it and drop it. */
export const MEMO: readonly Opcode[] = [
  ['\x94', (m) => put(m, m.remembered)],
  ['q', (m) => put(m, m.input.byte())],
  ['r', (m) => put(m, m.input.uint32())],
  ['p', (m) => put(m, index(m.line()))],
  ['h', (m) => get(m, m.input.byte())],
  ['j', (m) => get(m, m.input.uint32())],
  ['g', (m) => get(m, index(m.line()))],
  ['2', (m) => m.push(m.topItem())],
  ['0', (m) => m.drop()],
  ['1', (m) => m.popMark()],
];

function put(m: Machine, at: number): void {
  m.remember(at, m.topItem());
}

function get(m: Machine, at: number): void {
  const item = m.recall(at);
  if (item === undefined) throw malformed('pickle recalls what it never stored');
  m.push(item);
}

function index(line: string): number {
  const at = integerFromText(line);
  if (typeof at !== 'number' || at < 0) throw malformed('pickle has an invalid memo index');
  return at;
}

import { integerFromText } from '../integer-text.ts';
import { malformed } from '../undecodable.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Opcodes that remember a value and bring it back. */
export const MEMO: readonly Opcode[] = [
  ['\x94', (m) => put(m, m.remembered)],
  ['q', (m) => put(m, m.byte())],
  ['r', (m) => put(m, m.uint32())],
  ['p', (m) => put(m, index(m.line()))],
  ['h', (m) => get(m, m.byte())],
  ['j', (m) => get(m, m.uint32())],
  ['g', (m) => get(m, index(m.line()))],
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
  if (typeof at !== 'number' || at < 0) throw malformed('pickle has a memo index that is none');
  return at;
}

import { malformed } from '../undecodable.ts';
import type { Value } from '../value.ts';
import { type Machine, refuseUnhashable } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Opcodes that make lists, tuples, dicts and sets, and fill them. */
export const CONTAINERS: readonly Opcode[] = [
  ['(', (m) => m.mark()],
  [']', (m) => m.push([])],
  ['l', (m) => m.push(m.popMark())],
  ['a', (m) => append(m, [m.pop()])],
  ['e', (m) => append(m, m.popMark())],
  [')', (m) => m.push(tuple([]))],
  ['\x85', (m) => m.push(tuple(last(m, 1)))],
  ['\x86', (m) => m.push(tuple(last(m, 2)))],
  ['\x87', (m) => m.push(tuple(last(m, 3)))],
  ['t', (m) => m.push(tuple(m.popMark()))],
  ['}', (m) => m.push(new Map())],
  ['d', (m) => m.push(fill(new Map(), m.popMark()))],
  ['s', (m) => setItems(m, last(m, 2))],
  ['u', (m) => setItems(m, m.popMark())],
  ['\x8f', (m) => m.push(new Set())],
  ['\x90', (m) => addItems(m, m.popMark())],
  ['\x91', (m) => m.push(Object.freeze(setOf(m.popMark())))],
];

/** A tuple is a frozen array, so that a pickle cannot append to it. */
function tuple(items: Value[]): readonly Value[] {
  return Object.freeze(items);
}

function last(m: Machine, count: number): Value[] {
  const items: Value[] = [];
  while (items.length < count) items.unshift(m.pop());
  return items;
}

function append(m: Machine, items: Value[]): void {
  const list = m.topItem();
  if (!Array.isArray(list) || Object.isFrozen(list)) throw malformed('pickle appends to what is no list');
  for (const item of items) list.push(item);
}

function setItems(m: Machine, pairs: Value[]): void {
  const dict = m.topItem();
  if (!(dict instanceof Map)) throw malformed('pickle sets a key of what is no dict');
  fill(dict, pairs);
}

function fill(dict: Map<Value, Value>, pairs: Value[]): Map<Value, Value> {
  if (pairs.length % 2 !== 0) throw malformed('pickle has a key without a value');
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i] as Value;
    refuseUnhashable(key);
    dict.set(key, pairs[i + 1] as Value);
  }
  return dict;
}

function addItems(m: Machine, items: Value[]): void {
  const set = m.topItem();
  if (!(set instanceof Set) || Object.isFrozen(set)) throw malformed('pickle adds to what is no set');
  for (const item of setOf(items)) set.add(item);
}

/** @throws Undecodable for a member that Python cannot hash */
export function setOf(items: readonly Value[]): Set<Value> {
  for (const item of items) refuseUnhashable(item);
  return new Set(items);
}

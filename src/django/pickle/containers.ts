import { Opaque } from '../../core/opaque.ts';
import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import type { Value } from '../value.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Steps of making a list, of freezing one, of making a dict or set, and of each member of one. */
const LIST = 5;
const FREEZE = 10;
const HASH_TABLE = 25;
export const MEMBER = 10;

/** Opcodes that make lists, tuples, dicts and sets, and fill them. What is put into an opaque object is dropped. */
export const CONTAINERS: readonly Opcode[] = [
  ['(', (m) => m.mark()],
  [']', (m) => pushList(m, [])],
  ['l', (m) => pushList(m, m.popMark())],
  ['a', (m) => append(m, [m.pop()])],
  ['e', (m) => append(m, m.popMark())],
  [')', (m) => pushTuple(m, [])],
  ['\x85', (m) => pushTuple(m, last(m, 1))],
  ['\x86', (m) => pushTuple(m, last(m, 2))],
  ['\x87', (m) => pushTuple(m, last(m, 3))],
  ['t', (m) => pushTuple(m, m.popMark())],
  ['}', (m) => pushDict(m, [])],
  ['d', (m) => pushDict(m, m.popMark())],
  ['s', (m) => setItems(m, last(m, 2))],
  ['u', (m) => setItems(m, m.popMark())],
  ['\x8f', (m) => m.push(setOf([], m.budget))],
  ['\x90', (m) => addItems(m, m.popMark())],
  ['\x91', (m) => m.push(Object.freeze(setOf(m.popMark(), m.budget)))],
];

function pushList(m: Machine, items: Value[]): void {
  m.budget.spend(LIST);
  m.push(items);
}

/** A tuple is a frozen array, so that a pickle cannot append to it. */
function pushTuple(m: Machine, items: Value[]): void {
  m.budget.spend(FREEZE + items.length);
  m.push(Object.freeze(items));
}

function last(m: Machine, count: number): Value[] {
  const items: Value[] = [];
  while (items.length < count) items.unshift(m.pop());
  return items;
}

function append(m: Machine, items: Value[]): void {
  const list = m.topItem();
  if (list instanceof Opaque) return;
  if (!Array.isArray(list) || Object.isFrozen(list)) throw malformed('pickle appends to what is not a list');
  for (const item of items) list.push(item);
}

function setItems(m: Machine, pairs: Value[]): void {
  const dict = m.topItem();
  if (dict instanceof Opaque) return;
  if (!(dict instanceof Map)) throw malformed('pickle sets a key of what is not a dict');
  fill(dict, pairs, m.budget);
}

function pushDict(m: Machine, pairs: Value[]): void {
  const dict = new Map<Value, Value>();
  m.budget.spend(HASH_TABLE);
  fill(dict, pairs, m.budget);
  m.push(dict);
}

function fill(dict: Map<Value, Value>, pairs: Value[], budget: Budget): void {
  if (pairs.length % 2 !== 0) throw malformed('pickle has a key without a value');
  budget.spend(MEMBER * pairs.length);
  for (let i = 0; i < pairs.length; i += 2) {
    const key = pairs[i] as Value;
    refuseUnhashable(key);
    dict.set(key, pairs[i + 1] as Value);
  }
}

function addItems(m: Machine, items: Value[]): void {
  const set = m.topItem();
  if (set instanceof Opaque) return;
  if (!(set instanceof Set) || Object.isFrozen(set)) throw malformed('pickle adds to what is not a set');
  for (const item of setOf(items, m.budget)) set.add(item);
}

/** @throws Undecodable for a member that Python cannot hash */
export function setOf(items: readonly Value[], budget: Budget): Set<Value> {
  budget.spend(HASH_TABLE + MEMBER * items.length);
  const set = new Set(items);
  for (const item of set) refuseUnhashable(item);
  return set;
}

/** Python can hash what does not change; only that can be a key or a member of a set. */
function refuseUnhashable(value: Value): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || value instanceof Opaque)
    return;
  if (!Object.isFrozen(value)) throw malformed('pickle uses a list, dict or set as a key');
}

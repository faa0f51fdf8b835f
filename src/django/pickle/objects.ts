import { Opaque } from '../../core/opaque.ts';
import { malformed } from '../undecodable.ts';
import type { Value } from '../value.ts';
import { type Machine, PythonName } from './machine.ts';
import type { Opcode } from './opcode.ts';
import { nameOf, objectOf, PickledUuid } from './types.ts';

/** Opcodes that name Python types and functions, and make objects of them. */
export const OBJECTS: readonly Opcode[] = [
  ['c', (m) => m.push(lines(m))],
  ['\x93', stackGlobal],
  ['R', (m) => make(m, m.pop())],
  ['\x81', (m) => make(m, m.pop())],
  ['\x92', makeWithKeywords],
  ['i', (m) => m.push(objectOf(lines(m).name, m.popMark(), m.budget))],
  ['o', makeFromStack],
  ['b', build],
];

/** A module and a name in it, each on its line. */
function lines(m: Machine): PythonName {
  const module = m.line();
  return nameOf(module, m.line());
}

function stackGlobal(m: Machine): void {
  const name = m.pop();
  const module = m.pop();
  if (typeof module !== 'string' || typeof name !== 'string')
    throw malformed('pickle has a name that is not text');
  m.push(nameOf(module, name));
}

function make(m: Machine, args: Value): void {
  const callable = m.popItem();
  if (!Array.isArray(args)) throw malformed('pickle has arguments that are not a tuple');
  if (callable instanceof PythonName) m.push(objectOf(callable.name, args, m.budget));
  else if (callable instanceof Opaque) m.push(new Opaque(callable.type));
  else throw malformed('pickle calls what cannot be called');
}

function makeWithKeywords(m: Machine): void {
  m.pop();
  make(m, m.pop());
}

/** The type lies below its arguments. */
function makeFromStack(m: Machine): void {
  const [type, ...args] = m.popMark();
  if (!(type instanceof Opaque)) throw malformed('pickle calls what cannot be called');
  m.push(objectOf(type.type, args, m.budget));
}

/** The state of an object; attributes that an app gave to plain data are dropped. */
function build(m: Machine): void {
  const state = m.pop();
  const object = m.topItem();
  if (object instanceof PickledUuid) object.setState(state, m.budget);
}

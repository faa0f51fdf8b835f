import { Opaque } from '../../core/opaque.ts';
import type { Budget } from '../budget.ts';
import { malformed } from '../undecodable.ts';
import type { Value } from '../value.ts';
import { MEMBER, setOf } from './containers.ts';
import { type Item, PythonName } from './machine.ts';

/** Reads the arguments of a Python type as data; undefined where they are not the ones that Python writes. */
type Reader = (args: readonly Value[], budget: Budget) => Item | undefined;

/** Python 2's name of `builtins` is what protocols 0 to 2 write. */
const builtin = (name: string, read: Reader): [string, Reader][] => [
  [`builtins.${name}`, read],
  [`__builtin__.${name}`, read],
];

const copyreg = (name: string, read: Reader): [string, Reader][] => [
  [`copyreg.${name}`, read],
  [`copy_reg.${name}`, read],
];

/** The types whose objects are plain data. An object of any other type is opaque. */
const READERS: ReadonlyMap<string, Reader> = new Map([
  ...builtin('list', listOf),
  ...builtin('dict', dictOf),
  ...builtin('set', ([items], budget) => copyOfSet(items, budget)),
  ...builtin('frozenset', ([items], budget) => Object.freeze(copyOfSet(items, budget))),
  ...builtin('bytes', (args) => (args.length === 0 ? new Uint8Array() : undefined)),
  ...builtin('bytearray', byteArray),
  ...builtin('getattr', attribute),
  ...copyreg('_reconstructor', ([type, , state], budget) =>
    type instanceof Opaque ? objectOf(type.type, state === null ? [] : [state as Value], budget) : undefined,
  ),
  ...copyreg('__newobj__', ([type, ...args], budget) =>
    type instanceof Opaque ? objectOf(type.type, args, budget) : undefined,
  ),
  ['_codecs.encode', latin1],
  ['collections.Counter', dictOf],
  ['collections.OrderedDict', dictOf],
  // Its argument is what makes missing values.
  ['collections.defaultdict', () => new Map()],
  ['collections.deque', listOf],
  ['django.utils.safestring.SafeString', text],
  ['django.utils.safestring.SafeText', text],
  ['uuid.UUID', () => new PickledUuid()],
]);

/** Steps of making an object, or a name. */
const OBJECT = 30;

const LONGEST_NAME = 1_000;

/** @throws Undecodable for a name longer than any that Python code has */
export function nameOf(module: string, name: string): PythonName {
  if (module.length + name.length > LONGEST_NAME) throw malformed('pickle has a name that is too long');
  return new PythonName(`${module}.${name}`);
}

/** What a call of a name, or an object of the type of that name, is as data. Nothing is imported, looked up or called. */
export function objectOf(name: string, args: readonly Value[], budget: Budget): Item {
  budget.spend(OBJECT);
  return READERS.get(name)?.(args, budget) ?? new Opaque(name);
}

/** Where the parts of a UUID start and end in its 32 digits. */
const PARTS = [
  [0, 8],
  [8, 12],
  [12, 16],
  [16, 20],
  [20, 32],
] as const;

/** Steps of writing one. */
const UUID = 80;

/** A UUID: a pickle makes it first, and says its number afterwards. */
export class PickledUuid extends Opaque {
  constructor() {
    super('uuid.UUID');
  }

  setState(state: Value, budget: Budget): void {
    budget.spend(UUID);
    const number = state instanceof Map ? (state.get('int') as unknown) : undefined;
    if (typeof number !== 'number' && typeof number !== 'bigint') return;
    const digits = number.toString(16).padStart(32, '0');
    if (digits.length !== 32 || digits.startsWith('-')) return;
    this.text = PARTS.map(([from, to]) => digits.slice(from, to)).join('-');
  }
}

/** A method of a type, such as the one that makes `ZoneInfo` objects. */
function attribute([owner, name]: readonly Value[]): Item | undefined {
  return owner instanceof Opaque && typeof name === 'string' ? nameOf(owner.type, name) : undefined;
}

/** Without an argument it is empty, and filled afterwards. */
function listOf([items]: readonly Value[], budget: Budget): Value[] | undefined {
  if (items === undefined) return [];
  if (!Array.isArray(items)) return undefined;
  budget.spend(items.length);
  return Array.from(items as readonly Value[]);
}

function dictOf([items]: readonly Value[], budget: Budget): Map<Value, Value> | undefined {
  if (items === undefined) return new Map();
  if (!(items instanceof Map)) return undefined;
  budget.spend(MEMBER * items.size);
  return new Map(items);
}

function copyOfSet(items: Value | undefined, budget: Budget): Set<Value> | undefined {
  return Array.isArray(items) ? setOf(items, budget) : undefined;
}

function text([value]: readonly Value[]): Value | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `_codecs.encode(text, "latin1")` is how protocols 0 to 2 write bytes. */
function latin1([value, encoding]: readonly Value[], budget: Budget): Uint8Array | undefined {
  if (typeof value !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) return undefined;
  budget.spend(value.length);
  return /[^\0-\xff]/.test(value) ? undefined : Uint8Array.from(Buffer.from(value, 'latin1'));
}

function byteArray(args: readonly Value[], budget: Budget): Uint8Array | undefined {
  const [value] = args;
  if (value === undefined) return new Uint8Array();
  return value instanceof Uint8Array ? value : latin1(args, budget);
}

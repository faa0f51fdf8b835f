import { malformed, refused } from '../undecodable.ts';
import { Opaque, type Value } from '../value.ts';
import { setOf } from './containers.ts';
import { type Machine, PythonName } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Reads the arguments of a Python type as data; undefined where they are not the ones that Python writes. */
type Reader = (args: readonly Value[]) => Value | undefined;

const opaque = (name: string): [string, Reader] => [name, () => new Opaque(name)];

/** Python 2's name of `builtins` is what protocols 0 to 2 write. */
const builtin = (name: string, read: Reader): [string, Reader][] => [
  [`builtins.${name}`, read],
  [`__builtin__.${name}`, read],
];

/**
 * The only names that a pickle may mention: value types that Django projects put into sessions. Nothing of Python is
 * looked up or called; what is made is data, or a mark that an object of that type was there.
 */
const READERS: ReadonlyMap<string, Reader> = new Map([
  opaque('datetime.datetime'),
  opaque('datetime.date'),
  opaque('datetime.time'),
  opaque('datetime.timedelta'),
  opaque('datetime.timezone'),
  opaque('pytz._UTC'),
  opaque('pytz._p'),
  opaque('zoneinfo.ZoneInfo._unpickle'),
  opaque('decimal.Decimal'),
  opaque('uuid.UUID'),
  ...builtin('complex', () => new Opaque('builtins.complex')),
  ...builtin('set', ([items]) => (Array.isArray(items) ? setOf(items) : undefined)),
  ...builtin('frozenset', ([items]) => (Array.isArray(items) ? Object.freeze(setOf(items)) : undefined)),
  ...builtin('bytes', (args) => (args.length === 0 ? new Uint8Array() : undefined)),
  ...builtin('bytearray', byteArray),
  ['_codecs.encode', latin1],
  ['collections.OrderedDict', (args) => (args.length === 0 ? new Map() : undefined)],
  ['django.utils.safestring.SafeString', text],
  ['django.utils.safestring.SafeText', text],
]);

/** Opcodes that name Python types and make objects of them. */
export const OBJECTS: readonly Opcode[] = [
  ['c', (m) => name(m, m.line(), m.line())],
  ['\x93', stackGlobal],
  ['R', make],
  ['\x81', make],
  ['b', ignoreState],
];

function name(m: Machine, module: string, attribute: string): void {
  const full = `${module}.${attribute}`;
  if (!READERS.has(full)) throw refused('pickle names a Python type that is not plain data');
  m.push(new PythonName(full));
}

function stackGlobal(m: Machine): void {
  const attribute = m.pop();
  const module = m.pop();
  if (typeof module !== 'string' || typeof attribute !== 'string')
    throw malformed('pickle has a name that is no text');
  name(m, module, attribute);
}

function make(m: Machine): void {
  const args = m.pop();
  const callable = m.popItem();
  if (!(callable instanceof PythonName)) throw refused('pickle calls what is no type');
  if (!Array.isArray(args)) throw malformed('pickle has arguments that are no tuple');
  const value = READERS.get(callable.name)?.(args);
  if (value === undefined) throw refused('pickle makes an object in a way that Python does not');
  m.push(value);
}

/** The state of an opaque object (a UUID has one) is passed over; nothing else has any. */
function ignoreState(m: Machine): void {
  m.pop();
  if (!(m.topItem() instanceof Opaque)) throw refused('pickle sets the state of what is no opaque object');
}

function text([value]: readonly Value[]): Value | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `_codecs.encode(text, "latin1")` is how protocols 0 to 2 write bytes. */
function latin1([value, encoding]: readonly Value[]): Value | undefined {
  if (typeof value !== 'string' || !/^latin-?1$/.test(String(encoding)) || /[^\0-\xff]/.test(value))
    return undefined;
  return Uint8Array.from(Buffer.from(value, 'latin1'));
}

function byteArray(args: readonly Value[]): Value | undefined {
  if (args.length === 0) return new Uint8Array();
  return args[0] instanceof Uint8Array ? args[0] : latin1(args);
}

import { DEFAULT_LIMITS, type Limits, refuseLong } from './limits.ts';
import { CONTAINERS } from './pickle/containers.ts';
import { Machine } from './pickle/machine.ts';
import { MEMO } from './pickle/memo.ts';
import { OBJECTS } from './pickle/objects.ts';
import type { Opcode } from './pickle/opcode.ts';
import { SCALARS } from './pickle/scalars.ts';
import { malformed, refused } from './undecodable.ts';
import { refuseUnbounded, type Value } from './value.ts';

const HIGHEST_PROTOCOL = 5;
const STOP = 0x2e;

const FRAMING: readonly Opcode[] = [
  ['\x80', protocol],
  ['\x95', frame],
];

const OPCODES: ReadonlyMap<number, Opcode[1]> = new Map(
  [...FRAMING, ...SCALARS, ...CONTAINERS, ...MEMO, ...OBJECTS].map(([code, run]) => [
    code.charCodeAt(0),
    run,
  ]),
);

/**
 * INST, OBJ, NEWOBJ_EX, PERSID, BINPERSID, EXT1-4, NEXT_BUFFER, READONLY_BUFFER make objects or fetch them from
 * elsewhere; POP, POP_MARK and DUP are written for objects within themselves only; STRING is Python 2's.
 */
const REFUSED = new Set(Array.from('io\x92PQ\x82\x83\x84\x97\x9801S2', (code) => code.charCodeAt(0)));

/**
 * Reads a pickle of protocol 0 to 5 as data. Nothing is ever imported, looked up or called: names other than a short
 * list of value types are refused, and what those make is data or `Opaque`. Bytes after the end are ignored, as by Python.
 * The format: Python's `pickletools`.
 *
 * @throws Undecodable
 */
export function decodePickle(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Value {
  refuseLong(bytes, limits);
  const machine = new Machine(bytes, limits);
  for (let code = machine.byte(); code !== STOP; code = machine.byte()) {
    const run = OPCODES.get(code);
    if (run) run(machine);
    else if (REFUSED.has(code)) throw refused('pickle has an opcode that is not for plain data');
    else throw malformed('pickle has an unknown opcode');
  }
  const value = machine.result();
  refuseUnbounded(value, limits);
  return value;
}

function protocol(m: Machine): void {
  if (m.byte() > HIGHEST_PROTOCOL) throw malformed('pickle has an unknown protocol');
}

/** Frames only tell a reader how much to fetch at once. */
function frame(m: Machine): void {
  if (m.length64() > m.remaining) throw malformed('pickle is cut off');
}

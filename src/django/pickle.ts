import { Budget } from './budget.ts';
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

/** Steps of one opcode that needs no more than the stack. */
const OPCODE = 5;

const FRAMING: readonly Opcode[] = [
  ['\x80', protocol],
  ['\x95', frame],
];

const OPCODES: readonly (Opcode[1] | undefined)[] = tableOf([
  ...FRAMING,
  ...SCALARS,
  ...CONTAINERS,
  ...MEMO,
  ...OBJECTS,
]);

/**
 * PERSID, BINPERSID, EXT1-4, NEXT_BUFFER, READONLY_BUFFER fetch objects from outside of the pickle, and Django writes
 * none of them; STRING is Python 2's.
 */
const REFUSED = new Set(Array.from('PQ\x82\x83\x84\x97\x98S', (code) => code.charCodeAt(0)));

/**
 * Reads a pickle of protocol 0 to 5 as data. Nothing is ever imported, looked up or called: an object of a type that is
 * not plain data becomes `Opaque`. Bytes after the end are ignored, as by Python. The format: Python's `pickletools`.
 *
 * @throws Undecodable
 */
export function decodePickle(bytes: Uint8Array, budget: Budget = new Budget()): Value {
  budget.refuseLong(bytes.length);
  const machine = new Machine(bytes, budget);
  for (let code = machine.input.byte(); code !== STOP; code = machine.input.byte()) {
    budget.spend(OPCODE);
    const run = OPCODES[code];
    if (run) run(machine);
    else if (REFUSED.has(code)) throw refused('pickle has an opcode that is not for plain data');
    else throw malformed('pickle has an unknown opcode');
  }
  const value = machine.result();
  refuseUnbounded(value, budget);
  return value;
}

function tableOf(opcodes: readonly Opcode[]): (Opcode[1] | undefined)[] {
  const table: (Opcode[1] | undefined)[] = Array(256).fill(undefined);
  for (const [code, run] of opcodes) table[code.charCodeAt(0)] = run;
  return table;
}

function protocol(m: Machine): void {
  if (m.input.byte() > HIGHEST_PROTOCOL) throw malformed('pickle has an unknown protocol');
}

/** Frames only tell a reader how much to fetch at once. */
function frame(m: Machine): void {
  if (m.length64() > m.input.remaining) throw malformed('pickle is cut off');
}

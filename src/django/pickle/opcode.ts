import type { Machine } from './machine.ts';

/** An opcode's character and what it does to the machine. */
export type Opcode = readonly [code: string, run: (machine: Machine) => void];

import { Opaque } from '../../core/opaque.ts';
import type { Budget } from '../budget.ts';
import { Bytes } from '../bytes.ts';
import { malformed } from '../undecodable.ts';
import type { Value } from '../value.ts';

/** A Python type or function that a pickle names. As a value it is opaque. */
export class PythonName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type Item = Value | PythonName;

/** Steps of finding a line and making sense of it. */
const LINE = 15;

/** Steps of remembering an item out of turn. */
const STRAY = 20;

/** The pickle machine: the input with a position in it, the stack with its marks, and the memo. */
export class Machine {
  readonly input: Bytes;
  readonly budget: Budget;
  private readonly stack: Item[] = [];
  private readonly marks: number[] = [];
  private readonly memo: Item[] = [];
  /** What is remembered out of turn. Python never does that, and a list with gaps would be slow. */
  private readonly strays = new Map<number, Item>();

  constructor(bytes: Uint8Array, budget: Budget) {
    this.input = new Bytes(bytes, 'pickle');
    this.budget = budget;
  }

  /** A length of eight bytes; none that the input can hold needs more than six. */
  length64(): number {
    const { input } = this;
    const low = input.buffer.readUIntLE(input.skip(6), 6);
    if (input.buffer.readUInt16LE(input.skip(2)) !== 0) throw malformed('pickle is cut off');
    return low;
  }

  /** The rest of the line, without its line feed, one character per byte. */
  line(): string {
    const { input } = this;
    const end = input.buffer.indexOf(0x0a, input.at);
    if (end < 0) throw malformed('pickle is cut off');
    this.budget.spend(LINE);
    this.budget.spendBytes(end - input.at);
    const line = input.characters(end - input.at);
    input.skip(1);
    return line;
  }

  push(item: Item): void {
    this.stack.push(item);
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** How many items are remembered. */
  get remembered(): number {
    return this.memo.length + this.strays.size;
  }

  remember(at: number, item: Item): void {
    if (at <= this.memo.length && !this.strays.has(at)) this.memo[at] = item;
    else {
      this.budget.spend(STRAY);
      this.strays.set(at, item);
    }
  }

  recall(at: number): Item | undefined {
    return this.memo[at] ?? this.strays.get(at);
  }

  popItem(): Item {
    const item = this.stack.length > (this.marks.at(-1) ?? 0) ? this.stack.pop() : undefined;
    if (item === undefined) throw malformed('pickle takes from an empty stack');
    return item;
  }

  pop(): Value {
    return data(this.popItem());
  }

  topItem(): Item {
    const item = this.popItem();
    this.stack.push(item);
    return item;
  }

  /** Everything above the last mark, oldest first. */
  popMark(): Value[] {
    const start = this.marks.pop();
    if (start === undefined) throw malformed('pickle has no mark to go back to');
    return this.stack.splice(start).map(data);
  }

  /** Drops the topmost item, or a mark that nothing lies upon. */
  drop(): void {
    if (this.marks.at(-1) === this.stack.length) this.marks.pop();
    else this.popItem();
  }

  /** The one value that is left at the end. */
  result(): Value {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw malformed('pickle leaves more than one value');
    return value;
  }
}

function data(item: Item): Value {
  return item instanceof PythonName ? new Opaque(item.name) : item;
}

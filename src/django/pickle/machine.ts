import type { Limits } from '../limits.ts';
import { malformed, refused, tooMuch } from '../undecodable.ts';
import { Opaque, type Value } from '../value.ts';

/** A Python type or function that a pickle names and the reader knows. It never gets into a decoded value. */
export class PythonName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type Item = Value | PythonName;

/** The pickle machine: the input with a position in it, the stack with its marks, and the memo. */
export class Machine {
  private readonly stack: Item[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, Item>();
  private readonly input: Buffer;
  private readonly limits: Limits;
  private at = 0;
  private made = 0;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
  }

  /** The next `length` bytes, as a view of the input. */
  take(length: number): Buffer {
    if (length > this.input.length - this.at) throw malformed('pickle is cut off');
    this.at += length;
    return this.input.subarray(this.at - length, this.at);
  }

  byte(): number {
    return this.take(1).readUInt8();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length of eight bytes; none that the input can hold needs more than six. */
  length64(): number {
    const low = this.take(6).readUIntLE(0, 6);
    if (this.take(2).readUInt16LE() !== 0) throw malformed('pickle is cut off');
    return low;
  }

  /** The rest of the line, without its line feed, one character per byte. */
  line(): string {
    const end = this.input.indexOf(0x0a, this.at);
    if (end < 0) throw malformed('pickle is cut off');
    return this.take(end - this.at + 1)
      .toString('latin1')
      .slice(0, -1);
  }

  get remaining(): number {
    return this.input.length - this.at;
  }

  push(item: Item): void {
    this.count(++this.made);
    this.stack.push(item);
  }

  mark(): void {
    this.count(++this.made);
    this.marks.push(this.stack.length);
  }

  get remembered(): number {
    return this.memo.size;
  }

  remember(at: number, item: Item): void {
    this.memo.set(at, item);
    this.count(this.memo.size);
  }

  recall(at: number): Item | undefined {
    return this.memo.get(at);
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

  private count(items: number): void {
    if (items > this.limits.items) throw tooMuch(`record holds more than ${this.limits.items} values`);
  }

  /** The one value that is left at the end. */
  result(): Value {
    const value = this.pop();
    if (this.stack.length > 0 || this.marks.length > 0) throw malformed('pickle leaves more than one value');
    return value;
  }
}

function data(item: Item): Value {
  if (item instanceof PythonName) throw refused('pickle holds a Python type as a value');
  return item;
}

/** Values that Python can hash, and so can be keys and members of sets. */
export function refuseUnhashable(value: Value): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || value instanceof Opaque)
    return;
  if (!Object.isFrozen(value)) throw malformed('pickle uses a list, dict or set as a key');
}

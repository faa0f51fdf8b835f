import { integerFromText } from '../integer-text.ts';
import { malformed, refused } from '../undecodable.ts';
import { utf8 } from '../utf8.ts';
import { integer } from '../value.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Longest binary integer: 2,048 bits, as much as the short form can hold and a few more. */
const MAX_INTEGER_BYTES = 256;

/** Opcodes that push one value which stands in the pickle itself. */
export const SCALARS: readonly Opcode[] = [
  ['N', (m) => m.push(null)],
  ['\x88', (m) => m.push(true)],
  ['\x89', (m) => m.push(false)],
  ['I', (m) => m.push(intLine(m.line()))],
  ['L', (m) => m.push(decimal(m.line().replace(/L$/, '')))],
  ['J', (m) => m.push(m.take(4).readInt32LE())],
  ['K', (m) => m.push(m.byte())],
  ['M', (m) => m.push(m.take(2).readUInt16LE())],
  ['\x8a', (m) => m.push(binaryInteger(m.take(m.byte())))],
  ['\x8b', (m) => m.push(binaryInteger(m.take(m.uint32())))],
  ['F', (m) => m.push(floatLine(m.line()))],
  ['G', (m) => m.push(m.take(8).readDoubleBE())],
  ['V', (m) => m.push(rawUnicodeEscape(m.line()))],
  ['\x8c', (m) => m.push(utf8(m.take(m.byte())))],
  ['X', (m) => m.push(utf8(m.take(m.uint32())))],
  ['\x8d', (m) => m.push(utf8(m.take(m.length64())))],
  ['U', (m) => m.push(ascii(m.take(m.byte())))],
  ['T', (m) => m.push(ascii(m.take(m.uint32())))],
  ['C', (m) => pushBytes(m, m.byte())],
  ['B', (m) => pushBytes(m, m.uint32())],
  ['\x8e', (m) => pushBytes(m, m.length64())],
  ['\x96', (m) => pushBytes(m, m.length64())],
];

/** A copy: a view would keep the whole record alive. */
function pushBytes(m: Machine, length: number): void {
  m.push(Uint8Array.from(m.take(length)));
}

/** Protocols 0 and 1 write booleans as these two. */
function intLine(line: string): number | bigint | boolean {
  if (line === '00') return false;
  if (line === '01') return true;
  return decimal(line);
}

function decimal(text: string): number | bigint {
  const value = integerFromText(text);
  if (value === undefined) throw malformed('pickle has an integer that is none');
  return value;
}

/** Two's complement, least byte first. */
function binaryInteger(bytes: Buffer): number | bigint {
  if (bytes.length > MAX_INTEGER_BYTES) throw refused('pickle has an integer of more than 2,048 bits');
  if (bytes.length === 0) return 0;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return integer(BigInt.asIntN(bytes.length * 8, unsigned));
}

function floatLine(line: string): number {
  const special = /^([+-]?)(inf|nan)$/.exec(line);
  if (special) return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) throw malformed('pickle has a float that is none');
  return Number(line);
}

/** Python's raw-unicode-escape codec: only `\uXXXX` and `\UXXXXXXXX` are escapes, the rest is Latin-1. */
function rawUnicodeEscape(line: string): string {
  return line.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S]|$)/g,
    (all, short?: string, long?: string) => {
      if (short === undefined && long === undefined) {
        if (/^\\u/i.test(all)) throw malformed('pickle has a broken escape');
        return all;
      }
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (code > 0x10ffff) throw malformed('pickle has a broken escape');
      return String.fromCodePoint(code);
    },
  );
}

/** Text of Python 2, which Python 3 reads as ASCII. */
function ascii(bytes: Buffer): string {
  if (bytes.some((byte) => byte > 0x7f)) throw malformed('pickle has a Python 2 text that is not ASCII');
  return bytes.toString('latin1');
}

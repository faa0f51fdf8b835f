import { isUtf8 } from 'node:buffer';
import { Opaque } from '../../core/opaque.ts';
import { costOfDigits, integerFromText, MAX_DIGITS } from '../integer-text.ts';
import { malformed } from '../undecodable.ts';
import { ILL_FORMED_TEXT, integer, type Value } from '../value.ts';
import type { Machine } from './machine.ts';
import type { Opcode } from './opcode.ts';

/** Longest binary integer that is read: 2,048 bits. Longer ones are nobody's id, and cost much to write out. */
const MAX_INTEGER_BYTES = 256;

/** Steps of making an object of bytes, of reading digits, and of text that is not ASCII. */
const BYTES = 40;
const BIG_INTEGER = 40;
const ESCAPES = 20;

/** Opcodes that push one value that is in the pickle itself. */
export const SCALARS: readonly Opcode[] = [
  ['N', (m) => m.push(null)],
  ['\x88', (m) => m.push(true)],
  ['\x89', (m) => m.push(false)],
  ['I', (m) => m.push(intLine(m, m.line()))],
  ['L', (m) => m.push(decimal(m, m.line().replace(/L$/, '')))],
  ['J', (m) => m.push(m.input.buffer.readInt32LE(m.input.skip(4)))],
  ['K', (m) => m.push(m.input.byte())],
  ['M', (m) => m.push(m.input.buffer.readUInt16LE(m.input.skip(2)))],
  ['\x8a', (m) => m.push(binaryInteger(m, m.input.byte()))],
  ['\x8b', (m) => m.push(binaryInteger(m, m.input.uint32()))],
  ['F', (m) => m.push(floatLine(m.line()))],
  ['G', (m) => m.push(m.input.buffer.readDoubleBE(m.input.skip(8)))],
  ['V', (m) => m.push(rawUnicodeEscape(m, m.line()))],
  ['\x8c', (m) => m.push(utf8(m, m.input.byte()))],
  ['X', (m) => m.push(utf8(m, m.input.uint32()))],
  ['\x8d', (m) => m.push(utf8(m, m.length64()))],
  ['U', (m) => m.push(ascii(m, m.input.byte()))],
  ['T', (m) => m.push(ascii(m, m.input.uint32()))],
  ['C', (m) => pushBytes(m, m.input.byte())],
  ['B', (m) => pushBytes(m, m.input.uint32())],
  ['\x8e', (m) => pushBytes(m, m.length64())],
  ['\x96', (m) => pushBytes(m, m.length64())],
];

/** A copy: a view would keep the whole record alive. */
function pushBytes(m: Machine, length: number): void {
  const bytes = m.input.take(length);
  m.budget.spend(BYTES);
  m.budget.spendBytes(length);
  m.push(Uint8Array.from(bytes));
}

/** Protocols 0 and 1 write booleans as these two. */
function intLine(m: Machine, line: string): number | bigint | boolean {
  if (line === '00') return false;
  if (line === '01') return true;
  return decimal(m, line);
}

function decimal(m: Machine, text: string): number | bigint {
  m.budget.spend(costOfDigits(Math.min(text.length, MAX_DIGITS)));
  const value = integerFromText(text);
  if (value === undefined) throw malformed('pickle has an invalid integer');
  return value;
}

/** Two's complement, least byte first. */
function binaryInteger(m: Machine, length: number): Value {
  const bytes = m.input.take(length);
  if (length > MAX_INTEGER_BYTES) return new Opaque('builtins.int');
  if (length <= 6) return length === 0 ? 0 : bytes.readIntLE(0, length);
  m.budget.spend(BIG_INTEGER + length);
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
  return integer(BigInt.asIntN(length * 8, unsigned));
}

function floatLine(line: string): number {
  const special = /^([+-]?)(inf|nan)$/.exec(line);
  if (special) return special[2] === 'nan' ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(line)) throw malformed('pickle has an invalid float');
  return Number(line);
}

/** Python pickles half a surrogate pair as if it were a character. */
function utf8(m: Machine, length: number): Value {
  const start = m.input.at;
  const text = m.input.text(length, m.budget);
  if (text !== undefined) return text;
  m.budget.spend(ESCAPES + length);
  const bytes = m.input.buffer.toString('latin1', start, m.input.at);
  const rest = Buffer.from(bytes.replace(/\xed[\xa0-\xbf][\x80-\xbf]/g, '?'), 'latin1');
  if (!isUtf8(rest)) throw malformed('text is not UTF-8');
  return ILL_FORMED_TEXT;
}

/** Python's raw-unicode-escape codec: only `\uXXXX` and `\UXXXXXXXX` are escapes, the rest is Latin-1. */
function rawUnicodeEscape(m: Machine, line: string): Value {
  if (!line.includes('\\')) return line;
  m.budget.spend(ESCAPES + line.length);
  let wellFormed = true;
  const text = line.replace(
    /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|[\s\S]|$)/g,
    (all, short?: string, long?: string) => {
      if (short === undefined && long === undefined) {
        if (/^\\u/i.test(all)) throw malformed('pickle has a broken escape');
        return all;
      }
      const code = Number.parseInt(short ?? long ?? '', 16);
      if (code > 0x10ffff) throw malformed('pickle has a broken escape');
      if (code >= 0xd800 && code < 0xe000) wellFormed = false;
      return String.fromCodePoint(code);
    },
  );
  return wellFormed ? text : ILL_FORMED_TEXT;
}

/** Text of Python 2, which Python 3 reads as ASCII. */
function ascii(m: Machine, length: number): string {
  m.budget.spendBytes(length);
  const text = m.input.characters(length);
  if (/[^\0-\x7f]/.test(text)) throw malformed('pickle has a Python 2 text that is not ASCII');
  return text;
}

import { isUtf8 } from 'node:buffer';
import { Budget } from './budget.ts';
import { costOfDigits, MAX_DIGITS, PERHAPS_BIG } from './integer-text.ts';
import { malformed, tooMuch } from './undecodable.ts';
import { ILL_FORMED_TEXT, integer, type Value } from './value.ts';

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z]+/y;

const WORDS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** Steps of reading a value, and beside that of a number or word, of an object, its members, and text with escapes. */
const VALUE = 8;
const NUMERAL = 12;
const TABLE = 10;
const MEMBER = 15;
const ESCAPES = 15;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** What becomes of a name that an object has twice: Python and JavaScript take the last one, RFC 8725 §3.1 refuses. */
export type Repeated = 'last' | 'refuse';

/**
 * Reads JSON as Python's `json.loads` does: objects as `Map`, `NaN` and `Infinity` allowed. Integers beyond 2^53 stay
 * exact, where `JSON.parse` would round two users' ids to one.
 *
 * @throws Undecodable
 */
export function decodeJson(
  bytes: Uint8Array,
  budget: Budget = new Budget(),
  repeated: Repeated = 'last',
): Value {
  budget.refuseLong(bytes.length);
  budget.spendBytes(bytes.length);
  if (!isUtf8(bytes)) throw malformed('text is not UTF-8');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return decodeJsonText(text, budget, repeated);
}

/** As `decodeJson`, of text. */
export function decodeJsonText(text: string, budget: Budget, repeated: Repeated = 'last'): Value {
  const reader = new JsonReader(text, budget, repeated);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  private at = 0;
  private readonly text: string;
  private readonly budget: Budget;
  private readonly repeated: Repeated;

  constructor(text: string, budget: Budget, repeated: Repeated) {
    this.text = text;
    this.budget = budget;
    this.repeated = repeated;
  }

  value(depth: number): Value {
    this.budget.spend(VALUE);
    this.budget.refuseDeep(depth);
    this.skipBlanks();
    const value = this.bare(depth);
    this.skipBlanks();
    return value;
  }

  end(): void {
    if (this.at < this.text.length) throw malformed('JSON goes on after its end');
  }

  private bare(depth: number): Value {
    switch (this.text.charCodeAt(this.at)) {
      case OBJECT:
        return this.object(depth);
      case LIST:
        return this.list(depth);
      case QUOTE:
        return this.string();
      default:
        this.budget.spend(NUMERAL);
        return this.number() ?? this.word();
    }
  }

  private object(depth: number): Map<Value, Value> {
    this.budget.spend(TABLE);
    const map = new Map<Value, Value>();
    this.at++;
    this.skipBlanks();
    if (this.skip(OBJECT_END)) return map;
    do {
      this.budget.spend(MEMBER);
      this.skipBlanks();
      const key = this.string();
      this.skipBlanks();
      if (!this.skip(COLON)) throw malformed('JSON has a key without a value');
      if (this.repeated === 'refuse' && map.has(key)) throw malformed('JSON names a member twice');
      map.set(key, this.value(depth + 1));
    } while (this.skip(COMMA));
    if (!this.skip(OBJECT_END)) throw malformed('JSON has an object that does not end');
    return map;
  }

  private list(depth: number): Value[] {
    const items: Value[] = [];
    this.at++;
    this.skipBlanks();
    if (this.skip(LIST_END)) return items;
    do items.push(this.value(depth + 1));
    while (this.skip(COMMA));
    if (!this.skip(LIST_END)) throw malformed('JSON has a list that does not end');
    return items;
  }

  private string(): Value {
    const { text } = this;
    if (!this.skip(QUOTE)) throw malformed('JSON has no text where one must be');
    const start = this.at;
    let escaped = false;
    for (let code = text.charCodeAt(this.at); code !== QUOTE; code = text.charCodeAt(++this.at)) {
      if (!(code >= SPACE))
        throw malformed('JSON has a text that does not end, or a control character in it');
      if (code !== BACKSLASH) continue;
      escaped = true;
      this.at++;
    }
    const length = this.at - start;
    this.budget.spend(escaped ? ESCAPES + length / 2 : length / 6);
    const raw = text.slice(start, this.at++);
    return escaped ? unescaped(raw) : raw;
  }

  private number(): number | bigint | undefined {
    const match = this.match(NUMBER);
    if (!match) return undefined;
    const [digits] = match;
    if (match[1] !== undefined || match[2] !== undefined || digits.length < PERHAPS_BIG)
      return this.float(digits);
    if (digits.length > MAX_DIGITS) throw tooMuch(`JSON has an integer of more than ${MAX_DIGITS} digits`);
    this.budget.spend(costOfDigits(digits.length));
    return integer(BigInt(digits));
  }

  private float(digits: string): number {
    this.budget.spendBytes(digits.length);
    return Number(digits);
  }

  private word(): Value {
    const value = WORDS.get(this.match(WORD)?.[0] ?? '');
    if (value === undefined) throw malformed('JSON has an unknown word');
    return value;
  }

  private skip(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  private skipBlanks(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return;
      this.at++;
    }
  }

  /** Sticky expressions match here or not at all. */
  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match;
  }
}

function unescaped(raw: string): Value {
  let text: string;
  try {
    text = JSON.parse(`"${raw}"`) as string;
  } catch {
    throw malformed('JSON has a broken escape');
  }
  return LONE_SURROGATE.test(text) ? ILL_FORMED_TEXT : text;
}

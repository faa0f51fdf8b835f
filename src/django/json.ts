import { DEFAULT_LIMITS, type Limits, MAX_DIGITS, refuseLong } from './limits.ts';
import { malformed, tooMuch } from './undecodable.ts';
import { utf8 } from './utf8.ts';
import { integer, type Value } from './value.ts';

const BLANKS = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\0-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y;
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

/**
 * Reads JSON as Python's `json.loads` does: objects as `Map`, `NaN` and `Infinity` allowed, the last of two equal keys
 * counts. Integers beyond 2^53 stay exact, where `JSON.parse` would round two users' ids to one.
 *
 * @throws Undecodable
 */
export function decodeJson(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Value {
  refuseLong(bytes, limits);
  const reader = new JsonReader(utf8(bytes), limits);
  const value = reader.value(0);
  reader.end();
  return value;
}

class JsonReader {
  private at = 0;
  private items = 0;
  private readonly text: string;
  private readonly limits: Limits;

  constructor(text: string, limits: Limits) {
    this.text = text;
    this.limits = limits;
  }

  value(depth: number): Value {
    if (++this.items > this.limits.items) throw tooMuch(`record holds more than ${this.limits.items} values`);
    if (depth > this.limits.depth) throw tooMuch(`record is nested deeper than ${this.limits.depth}`);
    this.match(BLANKS);
    const value = this.bare(depth);
    this.match(BLANKS);
    return value;
  }

  end(): void {
    if (this.at < this.text.length) throw malformed('JSON goes on after its end');
  }

  private bare(depth: number): Value {
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case '"':
        return this.string();
      default:
        return this.number() ?? this.word();
    }
  }

  private object(depth: number): Map<Value, Value> {
    const map = new Map<Value, Value>();
    this.at++;
    this.match(BLANKS);
    if (this.skip('}')) return map;
    do {
      this.match(BLANKS);
      const key = this.string();
      this.match(BLANKS);
      if (!this.skip(':')) throw malformed('JSON has a key without a value');
      map.set(key, this.value(depth + 1));
    } while (this.skip(','));
    if (!this.skip('}')) throw malformed('JSON has an object that does not end');
    return map;
  }

  private list(depth: number): Value[] {
    const items: Value[] = [];
    this.at++;
    this.match(BLANKS);
    if (this.skip(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.skip(','));
    if (!this.skip(']')) throw malformed('JSON has a list that does not end');
    return items;
  }

  private string(): string {
    const literal = this.match(TEXT)?.[0];
    if (literal === undefined) throw malformed('JSON has no text where one must be');
    return JSON.parse(literal) as string;
  }

  private number(): number | bigint | undefined {
    const match = this.match(NUMBER);
    if (!match) return undefined;
    if (match[1] !== undefined || match[2] !== undefined) return Number(match[0]);
    if (match[0].length > MAX_DIGITS) throw tooMuch(`JSON has an integer of more than ${MAX_DIGITS} digits`);
    return integer(BigInt(match[0]));
  }

  private word(): Value {
    const value = WORDS.get(this.match(WORD)?.[0] ?? '');
    if (value === undefined) throw malformed('JSON has an unknown word');
    return value;
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** Sticky expressions match here or not at all. */
  private match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const match = expression.exec(this.text);
    this.at += match?.[0].length ?? 0;
    return match;
  }
}

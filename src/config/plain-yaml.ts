import { plainScalar, quotedScalar } from './plain-scalar.ts';
import type { MapNode, ScalarNode, SeqNode, YamlNode } from './yaml-nodes.ts';

/** Beyond these characters, and for `\r` and tabs, YAML has rules of its own. */
const PLAIN_TEXT = /^[\n\x20-\x7e\u00a0-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;
const DEEPEST = 40;
const LONGEST_KEY = 500;

/** Raised where the text is not plain. */
class NotPlain extends Error {}

/**
 * Reads the YAML that nearly every file is made of, some twenty times as fast as the library: block maps and lists,
 * flow collections and scalars that end on their line, comments. For anything else (anchors, tags, block scalars,
 * escapes, documents, every mistake) it gives up and answers undefined, and the library has the word. A test
 * holds the two together.
 */
export function readPlainYaml(text: string): YamlNode | undefined {
  if (!PLAIN_TEXT.test(text)) return undefined;
  try {
    return new PlainReader(text).read();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

class PlainReader {
  private readonly text: string;
  /** Where the next thing to read begins, and in which column; `lineEnd` is where its line ends. */
  private at = 0;
  private indent = -1;
  private lineEnd = -1;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): YamlNode {
    this.nextLine();
    this.need(this.indent === 0);
    const root = this.blockMap(0);
    this.need(this.indent === -1);
    return root;
  }

  private need(plain: boolean): void {
    if (!plain) throw new NotPlain();
  }

  private character(): string {
    return this.text[this.at] ?? '';
  }

  /** Goes to the next line with something on it; `indent` is -1 at the end. */
  private nextLine(): void {
    for (let start = this.lineEnd + 1; start < this.text.length; ) {
      const found = this.text.indexOf('\n', start);
      const end = found < 0 ? this.text.length : found;
      let at = start;
      while (this.text[at] === ' ') at++;
      if (at < end && this.text[at] !== '#') {
        [this.at, this.lineEnd, this.indent] = [at, end, at - start];
        this.need(!/^(?:---|\.\.\.)/.test(this.text.slice(start, start + 3)));
        return;
      }
      start = end + 1;
    }
    [this.at, this.lineEnd, this.indent] = [this.text.length, this.text.length, -1];
  }

  /** Nothing but a comment may follow on this line; what is indented further would belong to the value before. */
  private endLine(indent: number): void {
    const before = this.at;
    this.spaces();
    this.need(this.at >= this.lineEnd || (this.character() === '#' && this.at > before));
    this.nextLine();
    this.need(this.indent <= indent);
  }

  private spaces(): void {
    while (this.character() === ' ') this.at++;
  }

  private isDash(): boolean {
    return this.character() === '-' && (this.at + 1 >= this.lineEnd || this.text[this.at + 1] === ' ');
  }

  private blockMap(indent: number): MapNode {
    this.enter();
    const map: MapNode = { kind: 'map', items: [], start: this.at, end: this.at };
    while (this.indent === indent) {
      const key = this.key(false);
      const value = this.blockValue(indent);
      map.items.push({ key, value });
      map.end = value.end;
    }
    this.need(this.indent < indent);
    this.depth--;
    return map;
  }

  private blockSeq(indent: number): SeqNode {
    this.enter();
    const seq: SeqNode = { kind: 'seq', items: [], start: this.at, end: this.at };
    while (this.indent === indent && this.isDash()) {
      this.at++;
      const dash = this.at;
      this.spaces();
      this.need(this.at < this.lineEnd && this.character() !== '#' && !this.isDash());
      const item = this.isKey() ? this.compactMap(indent + 1 + this.at - dash) : this.inline(indent);
      seq.items.push(item);
      seq.end = item.end;
    }
    this.depth--;
    return seq;
  }

  /** The map of `- key: value`, whose keys stand below the first. */
  private compactMap(indent: number): MapNode {
    this.indent = indent;
    return this.blockMap(indent);
  }

  private isKey(): boolean {
    const before = this.at;
    const first = this.character();
    let key: YamlNode | undefined;
    if (first === '"' || first === "'") key = quotedScalar(this.text, this.at, this.lineEnd);
    else if (first !== '{' && first !== '[') key = plainScalar(this.text, this.at, this.lineEnd, false);
    else return false;
    this.need(key !== undefined);
    this.at = key?.end ?? this.at;
    this.spaces();
    const isKey = this.character() === ':' && (this.at + 1 >= this.lineEnd || this.text[this.at + 1] === ' ');
    this.at = before;
    return isKey;
  }

  /** A key and the colon after it. */
  private key(inFlow: boolean): ScalarNode {
    const key = this.scalar(inFlow);
    this.need(key.end - key.start <= LONGEST_KEY);
    this.spaces();
    this.need(this.character() === ':');
    this.at++;
    this.need(this.at >= this.lineEnd || this.character() === ' ');
    return key;
  }

  private scalar(inFlow: boolean): ScalarNode {
    const quoted = this.character() === '"' || this.character() === "'";
    const found = quoted
      ? quotedScalar(this.text, this.at, this.lineEnd)
      : plainScalar(this.text, this.at, this.lineEnd, inFlow);
    if (!found) throw new NotPlain();
    this.at = found.end;
    return found;
  }

  /** What follows a key and its colon: on the same line, or deeper on the next ones; a list may stand as deep as the key. */
  private blockValue(indent: number): YamlNode {
    const start = this.at;
    this.spaces();
    const empty = this.at >= this.lineEnd || (this.character() === '#' && this.at > start);
    if (!empty) return this.inline(indent);
    this.nextLine();
    if (this.indent > indent) return this.isDash() ? this.deeperSeq() : this.blockMap(this.indent);
    if (this.indent === indent && this.isDash()) return this.blockSeq(indent);
    return { kind: 'scalar', value: null, start, end: start };
  }

  private deeperSeq(): SeqNode {
    const { indent } = this;
    const seq = this.blockSeq(indent);
    this.need(this.indent < indent);
    return seq;
  }

  private inline(indent: number): YamlNode {
    const value = this.flow(false);
    this.endLine(indent);
    return value;
  }

  private flow(inFlow: boolean): YamlNode {
    const first = this.character();
    if (first !== '{' && first !== '[') return this.scalar(inFlow);
    this.enter();
    const start = this.at++;
    const items: { key: YamlNode; value: YamlNode }[] = [];
    const list: YamlNode[] = [];
    const closing = first === '{' ? '}' : ']';
    this.flowSpaces();
    while (this.character() !== closing) {
      if (items.length + list.length > 0) this.comma();
      if (first === '{') items.push(this.pair());
      else list.push(this.flow(true));
      this.flowSpaces();
    }
    this.at++;
    this.depth--;
    return first === '{'
      ? { kind: 'map', items, start, end: this.at }
      : { kind: 'seq', items: list, start, end: this.at };
  }

  private pair(): { key: ScalarNode; value: YamlNode } {
    const key = this.key(true);
    this.flowSpaces();
    return { key, value: this.flow(true) };
  }

  private comma(): void {
    this.need(this.character() === ',');
    this.at++;
    this.flowSpaces();
  }

  private flowSpaces(): void {
    this.spaces();
    this.need(this.at < this.lineEnd && this.character() !== '#');
  }

  private enter(): void {
    this.need(++this.depth <= DEEPEST);
  }
}

import { excerpt, type Range } from './excerpt.ts';

export type Path = readonly (string | number)[];

export interface Problem {
  /** From 1; 0 for what does not stand in the file, such as the environment. */
  line: number;
  column: number;
  message: string;
  severity: 'error' | 'warning';
}

/** Where a value of the file stands, and the key before it, as offsets. */
export interface Place {
  value: number;
  key: number;
  /** An error was reported of the value itself. */
  wrong?: boolean;
  /** An error was reported of the value, or of something in it. */
  touched?: boolean;
  above?: Place;
  below?: Map<string | number, Place>;
}

/** How many are told at once; the rest is counted. */
const MOST_TOLD = 50;

/** All that is wrong with one file, with the place of each. */
export class Problems {
  readonly file: string;
  readonly root: Place = { value: 0, key: 0 };
  private readonly text: string;
  /** The offset at which each line begins. */
  private readonly lines: readonly number[];
  private readonly found = new Map<string, Problem>();
  private readonly secrets: Range[] = [];
  private readonly concealed = new Map<string, string>();
  /** Set when the rest of the file could not be judged. */
  incomplete = false;
  private errors = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** Remembers where the value called `name`, inside the one at `parent`, stands. */
  locate(parent: Place, name: string | number, value: number, key = value): Place {
    parent.below ??= new Map();
    const place: Place = { value, key, above: parent };
    parent.below.set(name, place);
    return place;
  }

  /** A part of the file that is never to be shown. */
  hide(start: number, end: number): void {
    this.secrets.push({ start, end });
  }

  /** A value that came from elsewhere: wherever a message holds it, `shown` stands instead. */
  conceal(value: string, shown: string): void {
    if (value !== '') this.concealed.set(value, shown);
  }

  at(offset: number, message: string, severity: Problem['severity'] = 'error'): void {
    this.add({ ...this.position(offset), message, severity });
  }

  /** A problem that stands nowhere in the file. */
  elsewhere(message: string, severity: Problem['severity'] = 'error'): void {
    this.add({ line: 0, column: 0, message, severity });
  }

  /** A problem of the value at `path`, or of the nearest that the file has. `on: 'key'` points at its key. */
  on(
    path: Path,
    message: string,
    on: 'value' | 'key' = 'value',
    severity: Problem['severity'] = 'error',
  ): void {
    if (severity === 'error') this.mark(path);
    this.at(this.nearest(path)[on], message, severity);
  }

  /** As `on`, of the character `within` characters into the value, where the file shows it as it is. */
  within(path: Path, within: number, message: string): void {
    this.mark(path);
    this.at(offsetInside(this.text, this.nearest(path).value, within), message);
  }

  /** As `on`, of one character of a text, where the file shows the text as it was read; else of its start. */
  inText(
    path: Path,
    { text, offset }: { text: string; offset: number },
    message: string,
    severity: Problem['severity'] = 'error',
  ): void {
    if (severity === 'error') this.mark(path);
    const { value } = this.nearest(path);
    const start = [value, value + 1].find((at) => this.text.startsWith(text, at));
    this.at(start === undefined ? value : start + offset, message, severity);
  }

  warn(path: Path, message: string): void {
    this.on(path, message, 'value', 'warning');
  }

  /** Says of a value that it is not what was meant, so that what follows from it is not reported too. */
  mark(path: Path): void {
    let place = this.root;
    for (const name of path) {
      place = place.below?.get(name) ?? this.locate(place, name, place.value, place.key);
    }
    this.markPlace(place);
  }

  markPlace(place: Place): void {
    place.wrong = true;
    for (let around: Place | undefined = place; around; around = around.above) around.touched = true;
  }

  /** True when an error was reported of the value at `path`, of something in it, or of a whole around it. */
  excused(path: Path): boolean {
    let place: Place | undefined = this.root;
    for (const name of path) {
      if (place.wrong) return true;
      place = place.below?.get(name);
      if (!place) return false;
    }
    return place.touched ?? false;
  }

  /** True when an error was reported of the very value at `path`. */
  wrong(path: Path): boolean {
    let place: Place | undefined = this.root;
    for (const name of path) place = place?.below?.get(name);
    return place?.wrong ?? false;
  }

  /** `routes.yaml:12:5`, for logs and explanations. */
  placeOf(path: Path): string {
    const { line, column } = this.position(this.nearest(path).value);
    return `${this.file}:${line}:${column}`;
  }

  lineOf(offset: number): number {
    return this.position(offset).line;
  }

  /** True when nothing forbids to serve; warnings do not. */
  get empty(): boolean {
    return this.errors === 0;
  }

  /** In the order of the file. */
  get list(): readonly Problem[] {
    return [...this.found.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  }

  /** `routes.yaml:12:7: message`, the line itself, and a caret below the column. */
  describe({ line, column, message, severity }: Problem): string {
    const said = `${severity === 'warning' ? 'warning: ' : ''}${message}`;
    if (line === 0) return said;
    const head = `${this.file}:${line}:${column}: ${said}`;
    const whole = { start: this.lines[line - 1] ?? 0, end: this.lines[line] ?? this.text.length };
    const shown = excerpt(this.text, whole, column, this.secrets);
    if (shown === undefined) return head;
    return `${head}\n${String(line).padStart(5)} | ${shown.line}\n      | ${shown.caret}`;
  }

  /** Every problem, as `describe` shows it. */
  toString(): string {
    const all = this.list;
    const told = all.slice(0, MOST_TOLD).map((problem) => this.describe(problem));
    if (all.length > MOST_TOLD) told.push(`… and ${all.length - MOST_TOLD} more`);
    if (this.incomplete) told.push('There may be more: the rest is checked once this can be read.');
    return told.join('\n\n');
  }

  private position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lines[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.lines[low] ?? 0) + 1 };
  }

  private add(problem: Problem): void {
    const message = this.masked(problem.message);
    const key = `${problem.line}:${problem.column}:${message}`;
    if (this.found.has(key)) return;
    this.found.set(key, { ...problem, message });
    if (problem.severity === 'error') this.errors++;
  }

  /** Short values may stand in a message by chance; a whole value between quotes is no chance. */
  private masked(message: string): string {
    let text = message;
    for (const [value, shown] of this.concealed) {
      text = value.length < 4 ? text.replaceAll(`"${value}"`, `"${shown}"`) : text.replaceAll(value, shown);
    }
    return text;
  }

  private nearest(path: Path): Place {
    let place = this.root;
    for (const name of path) {
      const next = place.below?.get(name);
      if (!next) break;
      place = next;
    }
    return place;
  }
}

/** Where a value's n-th character stands: after a quote, or in the lines of a `|` block. */
function offsetInside(text: string, start: number, within: number): number {
  const first = text[start] ?? '';
  if (first === "'" || first === '"') {
    const before = text.slice(start + 1, start + 1 + within);
    return before.includes(first) || before.includes('\\') || before.includes('\n')
      ? start
      : start + 1 + within;
  }
  if (first === '>') return start;
  if (first !== '|') return start + within;
  const block = text.slice(text.indexOf('\n', start) + 1);
  const indent = /^ */.exec(block)?.[0].length ?? 0;
  let left = within;
  let offset = text.length - block.length;
  for (const line of block.split('\n')) {
    const content = Math.max(line.length - indent, 0);
    if (left <= content) return offset + indent + left;
    left -= content + 1;
    offset += line.length + 1;
  }
  return start;
}

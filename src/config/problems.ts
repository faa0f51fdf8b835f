import type { LineCounter } from 'yaml';

export type Path = readonly (string | number)[];

export interface Problem {
  line: number;
  column: number;
  message: string;
  severity: 'error' | 'warning';
}

/** Where a value stands in the file, and the key before it, as offsets. */
interface Place {
  value: number;
  key: number;
}

/** All that is wrong with one file, with the place of each. */
export class Problems {
  readonly file: string;
  private readonly text: string;
  private readonly lines: LineCounter;
  private readonly places = new Map<string, Place>();
  private readonly found: Problem[] = [];

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.text = text;
    this.lines = lines;
  }

  /** Remembers where the value at `path` stands. */
  locate(path: Path, value: number, key = value): void {
    this.places.set(keyOf(path), { value, key });
  }

  at(offset: number, message: string, severity: Problem['severity'] = 'error'): void {
    const { line, col } = this.lines.linePos(offset);
    this.found.push({ line: Math.max(line, 1), column: Math.max(col, 1), message, severity });
  }

  /** A problem of the value at `path`, or of the nearest that the file has. `on: 'key'` points at its key. */
  on(
    path: Path,
    message: string,
    on: 'value' | 'key' = 'value',
    severity: Problem['severity'] = 'error',
  ): void {
    for (let depth = path.length; depth >= 0; depth--) {
      const place = this.places.get(keyOf(path.slice(0, depth)));
      if (place) {
        this.at(place[on], message, severity);
        return;
      }
    }
    this.at(0, message, severity);
  }

  warn(path: Path, message: string): void {
    this.on(path, message, 'value', 'warning');
  }

  /** `routes.yaml:12:5`, for logs and explanations. */
  placeOf(path: Path): string {
    const offset = this.places.get(keyOf(path))?.value ?? 0;
    const { line, col } = this.lines.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }

  /** True when nothing forbids to serve; warnings do not. */
  get empty(): boolean {
    return this.found.every(({ severity }) => severity === 'warning');
  }

  /** In the order of the file. */
  get list(): readonly Problem[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  /** `routes.yaml:12:7: message`, the line itself, and a caret below the column. */
  describe({ line, column, message, severity }: Problem): string {
    const shown = hideSecrets(this.text.split('\n')[line - 1]?.trimEnd() ?? '');
    const gutter = String(line).padStart(5);
    const head = `${this.file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
    if (shown === '') return head;
    return `${head}\n${gutter} | ${shown}\n      | ${' '.repeat(column - 1)}^`;
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

/** The line is shown to find the mistake, not to spread what stands beside it. */
function hideSecrets(line: string): string {
  return line
    .replace(
      /\b(secret|password|key)(["']?\s*:\s*)(?!["']?(?:\$\{|!file|[^,}]*\{token\}))[^\s,}][^,}]*/gi,
      '$1$2…',
    )
    .replace(/(:\/\/)[^/@\s]+@/g, '$1…@');
}

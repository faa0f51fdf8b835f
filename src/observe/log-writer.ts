/** Hands bytes to where the log goes, and calls `done` once, with an error when they did not get there. */
export type Sink = (bytes: Buffer, done: (error?: Error | null) => void) => void;

/** Characters that may wait while a write is under way; lines beyond are dropped. */
const MOST = 1_048_576;

/** How long to wait after a write that failed, in milliseconds: a full disk stays full for a while. */
const RETRY_MS = 1_000;

/**
 * Writes the log in batches, one at a time, without waiting for it. A full disk, a reader that does not read or one
 * that is gone costs lines and nothing else: they are counted, and told when lines can be written again.
 */
export class LogWriter {
  /** Lines that were lost so far. */
  dropped = 0;
  private readonly sink: Sink;
  private readonly format: (line: string) => string;
  private text = '';
  private lines = 0;
  private told = 0;
  private state: 'idle' | 'scheduled' | 'writing' | 'failed' = 'idle';
  private emptied: (() => void) | undefined;

  /** @param format what becomes of a line of JSON before it is written */
  constructor(sink: Sink, format: (line: string) => string = (line) => line) {
    this.sink = sink;
    this.format = format;
  }

  /** @param line a line of JSON with its end */
  write(line: string): void {
    if (this.text.length + line.length > MOST) {
      this.dropped++;
      return;
    }
    this.text += this.format(line);
    this.lines++;
    if (this.state !== 'idle') return;
    this.state = 'scheduled';
    // Lines of one round of the event loop travel together.
    setImmediate(() => this.send());
  }

  /** Resolves when all is written, when it cannot be, or when the time is over. */
  async end(withinMs: number): Promise<void> {
    if (this.state === 'idle' || this.state === 'failed') return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.emptied = resolve;
      timer = setTimeout(resolve, withinMs);
    });
    clearTimeout(timer);
  }

  private send(): void {
    const { text, lines } = this;
    if (text === '') {
      this.state = 'idle';
      this.emptied?.();
      return;
    }
    this.state = 'writing';
    this.text = '';
    this.lines = 0;
    this.sink(Buffer.from(text), (error) => {
      if (error) this.failed(lines);
      else this.written();
    });
  }

  private written(): void {
    const lost = this.dropped - this.told;
    if (lost > 0) {
      this.told = this.dropped;
      const time = new Date().toISOString();
      this.text += this.format(
        `${JSON.stringify({ level: 'warn', time, dropped: lost, msg: 'log lines were dropped' })}\n`,
      );
      this.lines++;
    }
    this.send();
  }

  private failed(lines: number): void {
    this.dropped += lines;
    this.state = 'failed';
    this.emptied?.();
    setTimeout(() => this.send(), RETRY_MS).unref();
  }
}

interface Entry {
  made: object;
  leases: number;
}

/** Makes something, or finds it: the same kind with the same options, made for the configuration before, is used again. */
export type Keep = <T extends object>(kind: string, options: unknown, make: () => T) => T;

/**
 * Things that outlive a configuration: connection pools, key sets, counters. Each is shared by successive
 * configurations for as long as its options stay the same, and closed when the last that uses it has ended.
 */
export class Kept {
  private readonly entries = new Map<string, Entry>();

  /** What one configuration uses. */
  lease(): Lease {
    return new Lease(this.entries);
  }
}

export class Lease {
  private readonly entries: Map<string, Entry>;
  private readonly held = new Set<string>();

  constructor(entries: Map<string, Entry>) {
    this.entries = entries;
  }

  readonly keep: Keep = (kind, options, make) => {
    const key = `${kind} ${JSON.stringify(options)}`;
    const entry = this.entries.get(key) ?? { made: make(), leases: 0 };
    this.entries.set(key, entry);
    if (!this.held.has(key)) entry.leases++;
    this.held.add(key);
    return entry.made as ReturnType<typeof make>;
  };

  /** Ends what no other configuration uses. */
  async release(): Promise<void> {
    const ended: object[] = [];
    for (const key of this.held) {
      const entry = this.entries.get(key);
      if (!entry || --entry.leases > 0) continue;
      this.entries.delete(key);
      ended.push(entry.made);
    }
    this.held.clear();
    await Promise.all(ended.map(close));
  }
}

/** What was kept may have connections or timers to end. */
function close(one: object): unknown {
  return 'close' in one && typeof one.close === 'function' ? one.close() : undefined;
}

/** Keeps nothing: for compiling a file that will not serve. */
export const keepNothing: Keep = (_kind, _options, make) => make();

export interface FairQueueLimits {
  /** Items of one owner that may wait. */
  share: number;
  /** Items that may wait in all. */
  most: number;
}

/** An item for which there is no place, and whether that is its owner's doing (`share`) or that of many (`full`). */
export interface Displaced<Item> {
  item: Item;
  why: 'share' | 'full';
}

/**
 * A bounded queue in which owners take turns, so that one who adds much waits for itself and not the others for it. A
 * full queue makes room for a newcomer by displacing the newest item of the owner who has the most.
 */
export class FairQueue<Item> {
  /** The owner whose turn is next comes first. */
  private readonly lines = new Map<string, Item[]>();
  private readonly limits: FairQueueLimits;
  private count = 0;

  constructor(limits: FairQueueLimits) {
    this.limits = limits;
  }

  get size(): number {
    return this.count;
  }

  /** Adds an item. Returns the one that has no place: this one, another owner's, or none. */
  push(owner: string, item: Item): Displaced<Item> | undefined {
    const line = this.lines.get(owner) ?? [];
    if (line.length >= this.limits.share) return { item, why: 'share' };
    let displaced: Displaced<Item> | undefined;
    if (this.count >= this.limits.most) {
      const longest = this.longest();
      // One more than ours is no more than we shall have.
      const other = longest.length > line.length + 1 ? longest.pop() : undefined;
      if (other === undefined) return { item, why: 'full' };
      this.count--;
      displaced = { item: other, why: 'share' };
    }
    line.push(item);
    this.count++;
    this.lines.set(owner, line);
    return displaced;
  }

  /** Takes the oldest item of the owner whose turn it is. */
  shift(): Item | undefined {
    const [next] = this.lines;
    if (!next) return undefined;
    const [owner, line] = next;
    const item = line.shift();
    this.lines.delete(owner);
    if (line.length > 0) this.lines.set(owner, line);
    this.count--;
    return item;
  }

  private longest(): Item[] {
    let longest: Item[] = [];
    for (const line of this.lines.values()) if (line.length > longest.length) longest = line;
    return longest;
  }
}

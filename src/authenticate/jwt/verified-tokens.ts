import { LRUCache } from 'lru-cache';
import { type Maybe, then } from '../../core/maybe.ts';
import { type Compact, readCompact } from './compact.ts';
import type { VerificationKey } from './jwk.ts';
import type { KeySource } from './key-source.ts';
import { stillVerifies, verify } from './verify.ts';

const MOST = 20_000;
/** Characters of tokens that are kept, at most; what is made of one takes a few times as much. */
const MOST_CHARACTERS = 8 * 1024 * 1024;

interface Known {
  compact: Compact;
  key: VerificationKey;
}

/**
 * Verifies signatures, and remembers which key has verified which token: the same token is verified once. What is
 * remembered counts only as long as the source still has that very key. Dates and claims are not judged here.
 */
export class VerifiedTokens {
  private readonly known = new LRUCache<string, Known>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_, token) => token.length,
  });
  private readonly accepted: ReadonlySet<string>;
  private readonly source: KeySource;

  /** @param accepted the algorithms that the file lists */
  constructor(accepted: ReadonlySet<string>, source: KeySource) {
    this.accepted = accepted;
    this.source = source;
  }

  /** The parts of a token; a reason where its text has not the form of one. */
  read(token: string): Compact | string {
    return this.known.get(token)?.compact ?? readCompact(token);
  }

  /**
   * Why no key verifies the token; undefined when one does.
   *
   * @throws KeysUnavailable
   */
  problemOf(token: string, compact: Compact): Maybe<string | undefined> {
    const known = this.known.get(token);
    if (!known) return this.verify(token, compact);
    return then(stillVerifies(known.key, compact, this.accepted, this.source), (verified) => {
      if (verified) return undefined;
      this.known.delete(token);
      return this.verify(token, compact);
    });
  }

  private verify(token: string, compact: Compact): Maybe<string | undefined> {
    return then(verify(compact, this.accepted, this.source), (key) => {
      if (typeof key === 'string') return key;
      this.known.set(token, { compact, key });
      return undefined;
    });
  }
}

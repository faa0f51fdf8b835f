import { readFileSync } from 'node:fs';
import { UnusableHash, type UnusableHashReason, verify } from '../../../src/django/hashers/index.ts';

export interface HashVector {
  password: string;
  encoded: string;
  /** What Django says of the password with one more letter: bcrypt looks at 72 bytes only. */
  wrongMatches: boolean;
}

/** Reads what make-vectors.py has written; the compiled test lies two folders deeper. */
export const HASHES: HashVector[] = JSON.parse(
  readFileSync(new URL('../../../../test/django/hashers/hashes.json', import.meta.url), 'utf8'),
);

/** Why a hash is not checked; undefined when it is. */
export async function refusal(encoded: string): Promise<UnusableHashReason | undefined> {
  try {
    await verify('secret', encoded);
    return undefined;
  } catch (error) {
    if (error instanceof UnusableHash && !error.message.includes(encoded.slice(-5))) return error.reason;
    throw error;
  }
}

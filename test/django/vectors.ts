import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Opaque } from '../../src/core/opaque.ts';
import { Budget, DEFAULT_LIMITS, type Limits } from '../../src/django/budget.ts';
import { PickledUuid } from '../../src/django/pickle/types.ts';
import { Undecodable, type UndecodableReason } from '../../src/django/undecodable.ts';

/** Reads a file that make-vectors.py has written; the compiled test lies two folders deeper. */
export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../test/django/${name}`, import.meta.url), 'utf8'));
}

export interface Encoded {
  what: string;
  bytes: string;
  value: unknown;
  gzip?: boolean;
}

export function bytesOf({ bytes, gzip }: { bytes: string; gzip?: boolean }): Buffer {
  const raw = Buffer.from(bytes, 'base64');
  return gzip ? gunzipSync(raw) : raw;
}

/** Undoes `expected` of make-vectors.py: a value as the decoders give it. */
export function decoded(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(decoded);
  if (json === null || typeof json !== 'object') return json;
  const [tag, content] = Object.entries(json)[0] ?? [];
  switch (tag) {
    case '$dict':
      return new Map((content as [unknown, unknown][]).map(([key, item]) => [decoded(key), decoded(item)]));
    case '$set':
      return new Set((content as unknown[]).map(decoded));
    case '$bytes':
      return Uint8Array.from(Buffer.from(content, 'hex'));
    case '$big':
      return BigInt(content);
    case '$float':
      return { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }[content as string];
    case '$opaque':
      return new Opaque(content);
    case '$uuid':
      return Object.assign(new PickledUuid(), { text: content });
    default:
      throw new Error('unknown tag');
  }
}

/** A budget with limits of the test's own. */
export function budgetOf(limits: Partial<Limits>): Budget {
  return new Budget({ ...DEFAULT_LIMITS, ...limits });
}

/** Why a record is not read; undefined when it is. */
export function refusal(read: () => unknown): UndecodableReason | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof Undecodable) return error.reason;
    throw error;
  }
}

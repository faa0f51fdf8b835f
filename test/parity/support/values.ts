import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Opaque } from '../../../src/core/opaque.ts';
import type { Value } from '../../../src/django/value.ts';
import { djangoFolder } from './django.ts';

/** Signs the tokens of the claims. */
export const SECRET = 'a secret of more than thirty-two bytes';

/** A stored value, and what it is to Python. */
export interface PythonCase {
  what: string;
  bytes?: string;
  hash?: Record<string, string>;
  token?: string;
  value?: unknown;
  /** What a request with it is answered, and what the upstream then sees of its user. */
  status?: number;
  seen?: (string | null)[] | null;
}

/** Has Python write one value for each seed. */
export function pythonCases(
  python: string,
  kind: 'pickles' | 'records' | 'claims',
  seeds: readonly number[],
): PythonCase[] {
  const { status, stdout, stderr } = spawnSync(python, [join(djangoFolder, 'values.py')], {
    input: JSON.stringify({ kind, seeds }),
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as PythonCase[];
}

/** What values.py says of a value, in words that `read` uses too. */
export function written(json: unknown): string {
  return words(ofPython(json));
}

/** What a decoder has made of it. */
export function read(value: Value): string {
  return words(ofDecoder(value));
}

function words(value: unknown): string {
  return inspect(value, { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: Infinity });
}

const OPAQUE = Symbol('opaque');

function ofPython(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(ofPython);
  if (json === null || typeof json !== 'object') return json;
  const [tag, content] = Object.entries(json)[0] ?? [];
  switch (tag) {
    case '$dict':
      return dict((content as [unknown, unknown][]).map(([key, item]) => [ofPython(key), ofPython(item)]));
    case '$set':
      return set((content as unknown[]).map(ofPython));
    case '$bytes':
      return Uint8Array.from(Buffer.from(content, 'hex'));
    case '$int':
      return Number.isSafeInteger(Number(content)) ? Number(content) : BigInt(content);
    case '$float':
      return { inf: Infinity, '-inf': -Infinity }[content as string] ?? Number(content);
    case '$uuid':
      return { uuid: content };
    default:
      return OPAQUE;
  }
}

function ofDecoder(value: Value): unknown {
  if (value instanceof Opaque) return value.text === undefined ? OPAQUE : { uuid: value.text };
  if (value instanceof Map) return dict([...value].map(([key, item]) => [ofDecoder(key), ofDecoder(item)]));
  if (value instanceof Set) return set([...value].map(ofDecoder));
  return Array.isArray(value) ? value.map(ofDecoder) : value;
}

/** In order, without the keys that are not data: nobody can ask for them. */
function dict(pairs: [unknown, unknown][]): unknown {
  return { dict: pairs.filter(([key]) => key !== OPAQUE) };
}

/** A set has no order. */
function set(members: unknown[]): unknown {
  return {
    set: members
      .filter((member) => member !== OPAQUE)
      .map(words)
      .sort(),
  };
}

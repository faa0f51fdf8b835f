import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordingsFolder } from '../support/django.ts';

/** What is said of one class of permissions: a word, or DRF's operators over them. */
export type Rule = string | { any: readonly Rule[] } | { all: readonly Rule[] } | { not: Rule };

export interface Limit {
  kind: 'anon' | 'user' | 'scoped';
  scope: string | null;
  rate: string | null;
}

export interface View {
  room?: 'ro' | 'parse';
  chain: readonly string[];
  permit: readonly Rule[];
  throttle: readonly Limit[];
  owner?: string;
}

export interface Cookie {
  name: string;
  value: string;
  attributes: Readonly<Record<string, string | true>>;
}

export interface Expect {
  status: number;
  headers?: Readonly<Record<string, string>>;
  set_cookie?: readonly Cookie[];
  json?: unknown;
  text?: string;
}

/** What a request changed in Redis: null for a key that is gone. */
export type Effect = Readonly<Record<string, Change | null>>;
export interface Change {
  ttl: number | null;
  history?: readonly number[];
  text?: string;
  hex?: string;
}

export interface Asking {
  headers?: readonly (readonly [string, string])[];
  body?: string;
  at?: number;
  expect: Expect;
  effect?: Effect;
  /** The bodies in other languages, by language. */
  said?: Readonly<Record<string, unknown>>;
}

/** A user as another hand left it; null for one who is gone. */
export interface Person {
  id: number;
  username: string;
  email: string;
  password: string;
  is_active: boolean;
  is_staff: boolean;
  is_superuser: boolean;
  groups: readonly string[];
  permissions: readonly string[];
}

export type Step = Partial<Asking> & {
  http?: string;
  django?: string;
  redis?: readonly (string | number | { hex: string })[];
  world?: { user: string };
  now?: Person | null;
};

export interface Case {
  id: string;
  about?: string;
  languages?: readonly string[];
  /** Vary and Content-Language, which go with every reply, are left out. */
  spoken?: boolean;
  steps: readonly Step[];
}

export interface Run {
  env: Readonly<Record<string, string>>;
  cases: readonly Case[];
}

export interface Recording {
  group: string;
  clock_base: number;
  views: Readonly<Record<string, View>>;
  runs: readonly Run[];
}

export interface World {
  secret_key: string;
  jwt_key: string;
  users: readonly Person[];
}

/** A recording with its named values put in their places. */
export function readRecording(group: string): Recording {
  const raw = read(group) as Recording & { values: Readonly<Record<string, unknown>> };
  return { ...raw, runs: filled(raw.runs, raw.values) as readonly Run[] };
}

export function readWorld(): World {
  return read('users') as World;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(recordingsFolder, `${name}.json`), 'utf8'));
}

function filled(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, values));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === 'value' && typeof only[1] === 'string') {
    if (Object.hasOwn(values, only[1])) return filled(values[only[1]], values);
  }
  return Object.fromEntries(entries.map(([name, held]) => [name, filled(held, values)]));
}

/** A case that is played in several languages, as one case for each; any other case as it is. */
export function inEachLanguage(one: Case): readonly Case[] {
  const { languages } = one;
  if (!languages) return [one];
  return languages.map((language) => ({
    id: `${one.id} (${language})`,
    spoken: true,
    steps: one.steps.map((step) => translated(step, language)),
  }));
}

function translated(step: Step, language: string): Step {
  const { expect, said } = step;
  if (!expect) return step;
  return {
    ...step,
    headers: [...(step.headers ?? []), ['Accept-Language', language]],
    expect: { ...expect, json: said?.[language] ?? expect.json },
  };
}

import Type, { type Static } from 'typebox';
import { BoundedMap } from '../core/bounded-map.ts';
import { DurationText, parseDuration } from '../core/duration.ts';
import { FieldsOption } from '../core/fields.ts';
import { type Maybe, then } from '../core/maybe.ts';
import { Unavailable } from '../core/unavailable.ts';
import type { Users } from '../core/users.ts';
import type { Tools } from '../core/words.ts';
import { parseRecord } from './record.ts';
import { Remembered } from './remembered.ts';
import { SOURCE_NAME } from './users-choice.ts';

const sourceOptions = {
  key: Type.Optional(
    Type.String({
      pattern: '\\{id\\}',
      patternErrorMessage: 'a key holds {id}: user:{id}',
      description: 'The Redis key of a user: `user:{id}`. JSON, a hash, or as Django pickled it.',
    }),
  ),
  url: Type.Optional(
    Type.String({
      pattern: '^https?://\\S*\\{id\\}\\S*$',
      patternErrorMessage: 'a URL with {id} in it, such as http://app:8000/internal/users/{id}',
      description: 'Where the app tells of a user: 200 with a JSON object, or 404.',
    }),
  ),
  cache: Type.Optional(DurationText('How long an answer of `url` is used again. Default: 10s.')),
  timeout: Type.Optional(DurationText('How long `url` may take. Default: 2s.')),
};

const SourceOptions = Type.Object(sourceOptions, {
  additionalProperties: false,
  description: 'A source that authenticators choose by its name: `users: NAME`.',
});

export const UsersOptions = Type.Object(
  {
    ...sourceOptions,
    sources: Type.Optional(
      Type.Record(Type.String(SOURCE_NAME), SourceOptions, {
        propertyNames: SOURCE_NAME,
        description: 'More sources, by name, for authenticators with other users.',
      }),
    ),
    fields: Type.Optional(FieldsOption),
  },
  {
    additionalProperties: false,
    description:
      'The user behind an id that a session or a token names. Each authenticator has `users` to choose.',
  },
);

type SourceSpec = Static<typeof SourceOptions>;

/** Ids that may stand in a key or a URL as they are. */
const ID = /^[A-Za-z0-9_@.+-]{1,128}$/;
const MOST = 10_000;
const LARGEST = 1024 * 1024;

/** The user source cannot tell: 503, never 401. */
export class UsersUnavailable extends Unavailable {
  override name = 'UsersUnavailable';
}

/** The look-up that the file asks for; undefined when an id is all there is to know. */
export function createUsers(options: SourceSpec, tools: Tools): Users | undefined {
  if (options.key !== undefined && options.url !== undefined) tools.report([], 'give either "key" or "url"');
  if (options.key !== undefined) return new StoredUsers(options.key, tools);
  if (options.url === undefined) return undefined;
  return tools.keep('users', options, () => new RemoteUsers(options, tools));
}

class StoredUsers implements Users {
  private readonly key: string;
  private readonly records: Remembered;

  constructor(key: string, { store, clock }: Tools) {
    this.key = key;
    this.records = new Remembered(store, clock);
  }

  find(id: string, staleMs: number): Maybe<Readonly<Record<string, unknown>> | undefined> {
    if (!ID.test(id)) return undefined;
    return then(this.records.read(this.key.replace('{id}', id), staleMs), (stored) =>
      stored === undefined ? undefined : { id, ...parseRecord(stored) },
    );
  }

  forget(): void {}
}

interface Answer {
  record: Readonly<Record<string, unknown>> | undefined;
  at: number;
}

class RemoteUsers implements Users {
  private readonly url: string;
  private readonly cacheMs: number;
  private readonly timeoutMs: number;
  private readonly tools: Tools;
  private readonly answers = new BoundedMap<string, Answer>(MOST);
  private readonly asking = new Map<string, Promise<Answer>>();

  constructor({ url = '', cache = '10s', timeout = '2s' }: SourceSpec, tools: Tools) {
    this.url = url;
    this.cacheMs = parseDuration(cache) ?? 0;
    this.timeoutMs = parseDuration(timeout) ?? 0;
    this.tools = tools;
  }

  find(id: string, staleMs: number): Maybe<Readonly<Record<string, unknown>> | undefined> {
    if (!ID.test(id)) return undefined;
    const known = this.answers.get(id);
    const age = known ? this.tools.clock.now() - known.at : Number.POSITIVE_INFINITY;
    if (known && age < this.cacheMs) return known.record;
    return this.ask(id).then(
      ({ record }) => record,
      (error: unknown) => {
        if (known && age <= staleMs) return known.record;
        throw error;
      },
    );
  }

  forget(id: string): void {
    this.answers.delete(id);
    this.asking.delete(id);
  }

  /** One question about a user at a time, however many requests wait for it. */
  private ask(id: string): Promise<Answer> {
    const asking = this.asking.get(id);
    if (asking) return asking;
    const started: Promise<Answer> = this.fetch(id).then((record) => {
      const answer = { record, at: this.tools.clock.now() };
      // What was forgotten meanwhile is not remembered again.
      if (this.asking.get(id) === started) this.answers.set(id, answer);
      return answer;
    });
    this.asking.set(id, started);
    const done = () => {
      if (this.asking.get(id) === started) this.asking.delete(id);
    };
    started.then(done, done);
    return started;
  }

  private async fetch(id: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const response = await fetch(this.url.replace('{id}', encodeURIComponent(id)), {
        headers: { accept: 'application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      if (response.status === 404) return undefined;
      if (!response.ok) throw new UsersUnavailable(`status ${response.status}`);
      const text = await response.text();
      if (text.length > LARGEST) throw new UsersUnavailable('the answer is larger than 1 MB');
      return { id, ...parseRecord(Buffer.from(text)) };
    } catch (error) {
      if (error instanceof UsersUnavailable) throw error;
      throw new UsersUnavailable(error instanceof Error ? error.name : 'unknown');
    }
  }
}

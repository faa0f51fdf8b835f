import Type, { type Static } from 'typebox';
import { DurationText, parseDuration } from '../core/duration.ts';
import { FieldsOption } from '../core/fields.ts';
import { type Maybe, then } from '../core/maybe.ts';
import type { Users } from '../core/users.ts';
import type { Tools } from '../core/words.ts';
import { parseRecord } from './record.ts';
import { Remembered } from './remembered.ts';
import { RemoteUsers } from './remote-users.ts';
import { userKey } from './user-id.ts';
import { compileUserUrl } from './user-url.ts';
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

/** The look-up that the file asks for; undefined when an id is all there is to know. */
export function createUsers(options: SourceSpec, tools: Tools): Users | undefined {
  if (options.key !== undefined && options.url !== undefined) tools.report([], 'give either "key" or "url"');
  if (options.key !== undefined) return new StoredUsers(options.key, tools);
  return options.url === undefined ? undefined : remoteUsers(options.url, options, tools);
}

function remoteUsers(
  url: string,
  { cache = '10s', timeout = '2s' }: SourceSpec,
  tools: Tools,
): Users | undefined {
  const urlOf = compileUserUrl(url);
  if (typeof urlOf === 'string') {
    tools.report(['url'], urlOf);
    return undefined;
  }
  const [cacheMs, timeoutMs] = [parseDuration(cache) ?? 0, parseDuration(timeout) ?? 0];
  return tools.keep(
    'users',
    [url, cacheMs, timeoutMs],
    () => new RemoteUsers({ urlOf, cacheMs, timeoutMs, clock: tools.clock }),
  );
}

class StoredUsers implements Users {
  private readonly key: string;
  private readonly records: Remembered;

  constructor(key: string, { store, clock }: Tools) {
    this.key = key;
    this.records = new Remembered(store, clock);
  }

  find(id: string, staleMs: number): Maybe<Readonly<Record<string, unknown>> | undefined> {
    const key = userKey(this.key, id);
    if (key === undefined) return undefined;
    return then(this.records.read(key, staleMs), (stored) =>
      stored === undefined ? undefined : { id, ...parseRecord(stored) },
    );
  }

  forget(): void {}
}

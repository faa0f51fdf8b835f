import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import { type Maybe, then } from '../core/maybe.ts';
import { INACTIVE, readUser } from '../core/user.ts';
import {
  type Answer,
  type Authenticator,
  accept,
  type Deny,
  deny,
  type Part,
  type Tools,
} from '../core/words.ts';
import { HashersBusy, UnusableHash } from '../django/hashers/index.ts';
import { basicLogin, type Login } from './basic-header.ts';
import { type NamedUsers, namedUsers, namedUsersOptions } from './named-users.ts';
import { costliestOf, PasswordCheck } from './password-check.ts';
import type { UserRecord } from './users-file.ts';

const options = Type.Object(
  {
    type: Type.Literal('basic'),
    ...namedUsersOptions,
    realm: Type.Optional(
      Type.String({
        pattern: '^[ !#-\\[\\]-~]{1,100}$',
        patternErrorMessage: 'a realm is up to 100 ASCII characters without " and \\',
        description: 'What browsers show when they ask for a password. Default: api.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Name and password with every request (RFC 7617); passwords are kept as Django hashes them. */
export const basic: Part<typeof options, Authenticator> = {
  name: 'basic',
  summary: 'A name and a password, checked against the hashes of a file or of Redis.',
  schema: options,
  needsStore: ({ key }) => key !== undefined,
  create: (given, tools) => new Basic(given, tools),
};

class Basic implements Authenticator {
  name = basic.name;
  readonly identifies = true;
  readonly challenge: string;
  private readonly tools: Tools;
  private readonly users: NamedUsers | undefined;
  private readonly passwords: PasswordCheck;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.challenge = `Basic realm="${given.realm ?? 'api'}"`;
    this.users = namedUsers(given, tools);
    const costliest = this.users?.hashes && costliestOf(this.users.hashes);
    this.passwords = tools.keep(
      'passwords',
      [given, costliest?.cost],
      () => new PasswordCheck(tools.clock, costliest),
    );
    if (given.file === undefined && given.key === undefined)
      tools.report([], 'say where the users are: "file" or "key"');
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const login = basicLogin(exchange);
    if ('kind' in login) return login;
    if (!this.users) throw new Error('no users');
    const staleMs = exchange.route.onStoreError.staleMs;
    return then(this.users.find(login.username, staleMs), (record) =>
      this.judge(login, record, exchange.clientKey),
    );
  }

  /** Unknown and inactive users take as long as a wrong password, and the client reads the same. */
  private async judge(login: Login, record: UserRecord | undefined, client: string): Promise<Answer> {
    const user = record && readUser(record, this.tools.fields);
    const encoded = typeof record?.password === 'string' ? record.password : undefined;
    const usable = user === INACTIVE ? undefined : encoded;
    let matches: boolean | UnusableHash;
    try {
      matches = await this.passwords.check({ ...login, encoded: usable, client });
    } catch (error) {
      if (error instanceof HashersBusy && error.ownShare) return waitFor(error);
      throw error;
    }
    const refused = (reason: string): Deny => ({
      ...deny(reason, 'Invalid username/password.'),
      guess: `${login.username}:${login.password}`,
    });
    if (matches instanceof UnusableHash) return refused(matches.message);
    if (user === undefined) return refused('no such user');
    if (user === INACTIVE) return refused('user is inactive');
    if (!matches) return refused(encoded ? 'wrong password' : 'user has no password');
    const credential = { in: 'header', name: 'authorization' } as const;
    return accept({ user, authenticated: true, by: this.name, credential });
  }
}

/** This address alone has to wait: the password was not looked at, and nothing is down. */
function waitFor({ message, retryAfterSeconds }: HashersBusy): Deny {
  return { kind: 'deny', code: 'too_many_passwords', reason: message, retryAfterSeconds };
}

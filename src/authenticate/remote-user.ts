import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import { type Maybe, then } from '../core/maybe.ts';
import { INACTIVE, readUser } from '../core/user.ts';
import { type Answer, type Authenticator, accept, deny, type Part, skip, type Tools } from '../core/words.ts';
import { type NamedUsers, namedUsers, namedUsersOptions } from './named-users.ts';
import type { UserRecord } from './users-file.ts';

const options = Type.Object(
  {
    type: Type.Literal('remote-user'),
    header: Type.Optional(
      Type.String({
        pattern: '^[Xx]-[A-Za-z0-9-]+$|^[Rr][Ee][Mm][Oo][Tt][Ee]-[A-Za-z0-9-]+$',
        patternErrorMessage:
          'a header of its own is wanted, as no client may send it: X-… or Remote-…, letters, digits and "-"',
        description:
          'The header in which the proxy names the user. It is removed from every request before forwarding. Default: X-Remote-User.',
      }),
    ),
    ...namedUsersOptions,
  },
  { additionalProperties: false },
);

/** The proxy in front has asked who it is, and says so in a header. */
export const remoteUser: Part<typeof options, Authenticator> = {
  name: 'remote-user',
  summary:
    'A header in which one of the `trusted_proxies` names the user; of anybody else it is not believed.',
  schema: options,
  needsStore: ({ key }) => key !== undefined,
  create: (given, tools) => new RemoteUser(given, tools),
};

/** One name: visible ASCII, and no comma, at which two headers are joined. */
const NAME = /^[!-+\--~]{1,150}$/;

class RemoteUser implements Authenticator {
  name = remoteUser.name;
  readonly identifies = true;
  /**
   * No `vary`: the header is the proxy's word about a client that caches know by something else, and the proxy says what.
   */
  readonly vouched: readonly string[];
  private readonly header: string;
  private readonly tools: Tools;
  private readonly users: NamedUsers | undefined;

  constructor(given: Static<typeof options>, tools: Tools) {
    this.tools = tools;
    this.header = (given.header ?? 'X-Remote-User').toLowerCase();
    this.vouched = [this.header];
    this.users = namedUsers(given, tools);
    if (!tools.trusted)
      tools.report([], 'nobody may name users: list the proxies that do in "trusted_proxies"');
  }

  authenticate(exchange: Matched): Maybe<Answer> {
    const name = exchange.headers[this.header];
    if (name === undefined || name === '') return skip(`no header ${this.header}`);
    if (!this.tools.trusted?.(exchange.peer))
      return skip(`${exchange.peer}, which sent ${this.header}, is not one of the trusted_proxies`);
    if (timesSent(exchange, this.header) > 1) return deny(`more than one header ${this.header}`);
    if (!NAME.test(name)) return skip(`${this.header} is not a user name`);
    if (!this.users) return this.answerFor({ id: name, username: name });
    return then(this.users.find(name, exchange.route.onStoreError.staleMs), (record) =>
      record ? this.answerFor(record) : skip('no such user'),
    );
  }

  /** An unknown or inactive user is skipped: the next authenticator is tried (DRF). */
  private answerFor(record: UserRecord): Answer {
    const user = readUser(record, this.tools.fields);
    return user === INACTIVE
      ? skip('the user is inactive')
      : accept({ user, authenticated: true, by: this.name });
  }
}

function timesSent({ rawHeaders }: Matched, header: string): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length;
}

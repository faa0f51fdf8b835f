import Type, { type Static } from 'typebox';
import type { Exchange } from '../core/exchange.ts';
import { type Maybe, then } from '../core/maybe.ts';
import { InactiveUser, readUser } from '../core/user.ts';
import { type Answer, type Authenticator, type Part, type Tools, Unauthorized } from '../core/words.ts';
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

  authenticate(exchange: Exchange): Maybe<Answer> {
    const name = exchange.headers[this.header];
    if (typeof name !== 'string' || name === '' || !this.tools.trusted?.(exchange.peer)) return undefined;
    if (timesSent(exchange, this.header) > 1) return new Unauthorized(`${this.header} stands twice`);
    if (!NAME.test(name)) return undefined;
    if (!this.users) return this.identityOf({ id: name, username: name });
    const staleMs = exchange.route?.onStoreError.staleMs ?? 0;
    return then(this.users.find(name, staleMs), (record) => record && this.identityOf(record));
  }

  /** Whom nobody knows, or who is inactive, is nobody: the next authenticator is asked (DRF). */
  private identityOf(record: UserRecord): Answer {
    try {
      return { user: readUser(record, this.tools.fields), authenticated: true, by: this.name };
    } catch (error) {
      if (error instanceof InactiveUser) return undefined;
      throw error;
    }
  }
}

function timesSent({ rawHeaders }: Exchange, header: string): number {
  return rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === header).length;
}

import Type, { type Static } from 'typebox';
import type { Identity } from '../core/identity.ts';
import { readUser } from '../core/user.ts';
import type { Authenticator, Part } from '../core/words.ts';

const options = Type.Object(
  {
    type: Type.Literal('anonymous'),
    id: Type.Optional(
      Type.Union([Type.String(), Type.Integer()], {
        description: 'The `user.id` of callers without a credential.',
      }),
    ),
    username: Type.Optional(Type.String({ description: 'Their `user.username`.' })),
  },
  { additionalProperties: false },
);

/** Answers for everybody whom the authenticators before it passed by. Never authenticated, whatever its id. */
export const anonymous: Part<typeof options, Authenticator> = {
  name: 'anonymous',
  summary: 'Lets callers without a credential on, unauthenticated; with an `id` the upstream sees that one.',
  schema: options,
  create: (given) => new Anonymous(given),
};

class Anonymous implements Authenticator {
  name = anonymous.name;
  readonly identifies = false;
  private readonly identity: Identity;

  constructor({ id, username }: Static<typeof options>) {
    const user = { ...readUser({ id: id ?? 'anonymous', username }) };
    if (id === undefined) delete user.id;
    this.identity = Object.freeze({ user: Object.freeze(user), authenticated: false });
  }

  authenticate(): Identity {
    return this.identity;
  }
}

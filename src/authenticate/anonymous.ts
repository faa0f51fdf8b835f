import Type, { type Static } from 'typebox';
import { NO_USER, type User } from '../core/identity.ts';
import { type Accept, type Authenticator, accept, type Part } from '../core/words.ts';

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

/** Claims callers that no earlier authenticator claimed. Never authenticated, whatever its id. */
export const anonymous: Part<typeof options, Authenticator> = {
  name: 'anonymous',
  summary: 'Lets callers without a credential on, unauthenticated; with an `id` the upstream sees that one.',
  schema: options,
  create: (given) => new Anonymous(given),
};

class Anonymous implements Authenticator {
  name = anonymous.name;
  readonly identifies = false;
  private readonly answer: Accept;

  constructor({ id, username }: Static<typeof options>) {
    const user: User = {
      ...NO_USER,
      ...(id !== undefined && { id: String(id) }),
      ...(username !== undefined && { username }),
    };
    this.answer = accept(Object.freeze({ user: Object.freeze(user), authenticated: false }));
  }

  authenticate(): Accept {
    return this.answer;
  }
}

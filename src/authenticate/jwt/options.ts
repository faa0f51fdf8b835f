import Type from 'typebox';
import { DurationText } from '../../core/duration.ts';
import { placeOptions } from '../credential.ts';
import { CsrfOptions } from '../csrf.ts';
import { usersChoice } from '../users-choice.ts';
import { ALGORITHMS } from './algorithms.ts';
import { SingleLoginOptions } from './single-login.ts';

export const JwtOptions = Type.Object(
  {
    type: Type.Literal('jwt'),
    ...placeOptions,
    algorithms: Type.Array(Type.Union(ALGORITHMS.map((name) => Type.Literal(name))), {
      minItems: 1,
      description:
        'The signature algorithms that are accepted. There is no default: what a key is for is your decision.',
    }),
    secret: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description:
          'The shared secret of HS256, HS384, HS512: at least as long as the hash. A list, while a new secret takes the place of an old one.',
      }),
    ),
    key: Type.Optional(
      Type.String({ description: 'A public key: PEM text (`!file` reads it), or the name of a PEM file.' }),
    ),
    jwks: Type.Optional(
      Type.String({ description: 'A JWK Set: its URL, or the name of a file with a JWK or a JWK Set.' }),
    ),
    issuer: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'What `iss` must be; one of, for a list.',
      }),
    ),
    claim: Type.Optional(
      Type.Union([Type.Literal('iss'), Type.Literal('form')], {
        description:
          'Which tokens are for this authenticator: `iss`, those of its `issuer`; `form`, whatever is a JWT. Others are left to the next authenticator. Default: every token in its place.',
      }),
    ),
    audience: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'What `aud` must hold; one of, for a list.',
      }),
    ),
    leeway: Type.Optional(
      DurationText(
        'How far clocks may be apart when dates are judged. Default: 5s for `nbf` and `iat`, and 0s for `exp`.',
      ),
    ),
    require: Type.Optional(
      Type.Array(Type.String(), { description: 'Claims that must be there. Default: [exp].' }),
    ),
    profile: Type.Optional(
      Type.Literal('simplejwt', {
        description:
          'Access tokens of djangorestframework-simplejwt: `user_id` names the user, `token_type` and `jti` must be there, and refusals are worded as it words them.',
      }),
    ),
    users: usersChoice(
      'Look the user up: true for the source of the file, or the name of one. The record then answers for rights, the token for scopes, and a token whose user has no record is refused. Default: false, as another issuer has other users; true with `profile: simplejwt`.',
    ),
    single_login: Type.Optional(SingleLoginOptions),
    csrf: Type.Optional(CsrfOptions),
    claims: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Which claim becomes which attribute of the user: a name, or a path into objects. `id: sub`, `username: preferred_username`, `groups: groups`, `permissions: permissions` and `scopes: scope` hold unless given otherwise.',
      }),
    ),
  },
  { additionalProperties: false },
);

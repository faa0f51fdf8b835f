import type { AnyPart, Authenticator } from '../core/words.ts';
import { anonymous } from './anonymous.ts';
import { basic } from './basic.ts';
import { djangoSession } from './django-session.ts';
import { jwt } from './jwt/jwt.ts';
import { redisToken } from './redis-token.ts';
import { remoteUser } from './remote-user.ts';

/** Every authenticator there is. A new one is a file beside these and a line here. */
export const authenticators = [
  redisToken,
  djangoSession,
  jwt,
  basic,
  remoteUser,
  anonymous,
] as const satisfies readonly AnyPart<Authenticator>[];

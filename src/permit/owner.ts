import Type, { type Static } from 'typebox';
import { shown } from '../core/shown.ts';
import type { Part, Permission } from '../core/words.ts';

import { comparable } from './parameter.ts';
import { UNKNOWN, verdict, YES } from './verdict.ts';

const Owner = Type.Object(
  {
    owner: Type.Union([
      Type.String({ minLength: 1, description: 'A path parameter that must equal `user.id`.' }),
      Type.Object(
        {
          param: Type.String({ minLength: 1, description: 'A path parameter.' }),
          field: Type.String({ minLength: 1, description: 'The attribute of the user that it must equal.' }),
        },
        { additionalProperties: false },
      ),
    ]),
  },
  { additionalProperties: false },
);

/** `{ owner: id }`: the path parameter is the user's own, compared as text. A side that is missing is a no. */
export const owner: Part<typeof Owner, Permission> = {
  name: 'owner',
  summary: 'Users whose id (or other attribute) is in the path.',
  schema: Owner,
  create({ owner: given }: Static<typeof Owner>): Permission {
    const param = typeof given === 'string' ? given : given.param;
    const field = typeof given === 'string' ? 'id' : given.field;
    return {
      name: `owner ${param}`,
      needsUser: true,
      params: [param],
      permits({ identity, params }) {
        if (!identity.authenticated) return UNKNOWN;
        const own = identity.user[field];
        const raw = params[param];
        const wanted = raw === undefined ? undefined : comparable(raw);
        if ((typeof own === 'string' || typeof own === 'number') && String(own) === wanted) return YES;
        return verdict(false, `:${param} is ${shown(wanted)}, user.${field} is ${shown(own)}`);
      },
    };
  },
};

import Type, { type Static } from 'typebox';
import { hasPermission } from '../core/has-permission.ts';
import { SAFE_METHODS } from '../core/methods.ts';
import type { Part, Permission } from '../core/words.ts';
import { UNKNOWN, verdict, YES } from './verdict.ts';

/** What the name of a model's permission begins with, by method. */
const VERBS: Readonly<Record<string, string>> = {
  POST: 'add',
  PUT: 'change',
  PATCH: 'change',
  DELETE: 'delete',
};

const Model = Type.Object(
  {
    model: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*\\.[A-Za-z_][A-Za-z0-9_]*$',
      patternErrorMessage: 'a model is an app, a dot and a name, such as shop.book',
      description:
        'A Django model, as `app.model`: POST needs the permission `app.add_model`, PUT and PATCH `app.change_model`, DELETE `app.delete_model`; GET, HEAD and OPTIONS need a user.',
    }),
    anonymous: Type.Optional(
      Type.Literal('read-only', {
        description:
          'GET, HEAD and OPTIONS are for everybody (DRF: DjangoModelPermissionsOrAnonReadOnly). Default: for users only.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** `{ model: shop.book }`: the method says which of the model's permissions is needed. */
export const model: Part<typeof Model, Permission> = {
  name: 'model',
  summary: 'Users with the permission that the method needs of a Django model (DRF: DjangoModelPermissions).',
  schema: Model,
  create({ model: given, anonymous }: Static<typeof Model>): Permission {
    const [app = '', name = ''] = given.split('.');
    return {
      name: `model ${given}`,
      needsUser: anonymous === undefined,
      params: [],
      permits({ identity, method }) {
        if (SAFE_METHODS.has(method))
          return identity.authenticated || anonymous === 'read-only' ? YES : UNKNOWN;
        if (!identity.authenticated) return UNKNOWN;
        const verb = VERBS[method];
        if (verb === undefined) return verdict(false, `no permission is for ${method}`);
        const needed = `${app}.${verb}_${name.toLowerCase()}`;
        return hasPermission(identity, needed) ? YES : verdict(false, `the user lacks ${needed}`);
      },
    };
  },
};

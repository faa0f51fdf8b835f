import Type from 'typebox';
import { permissions } from '../permit/index.ts';
import { WORDS } from '../permit/words.ts';

/** A permission as the file gives it: a word or a name, options of a part, or a combination. */
export type PermissionSpec = string | Readonly<Record<string, unknown>>;

export const PermissionRef = Type.Unsafe<PermissionSpec>({ $ref: '#/$defs/permission' });

/** The schema behind `#/$defs/permission`: it holds itself. */
export const PermissionDefinition = Type.Union(
  [
    Type.String({
      minLength: 1,
      description: `One of ${Object.keys(WORDS).join(', ')}, or a name from \`permissions\`.`,
    }),
    ...permissions.map(({ schema }) => schema),
    Type.Object(
      { any: Type.Array(PermissionRef, { minItems: 1 }) },
      { additionalProperties: false, description: 'One of them holds.' },
    ),
    Type.Object(
      { all: Type.Array(PermissionRef, { minItems: 1 }) },
      { additionalProperties: false, description: 'All of them hold.' },
    ),
    Type.Object({ not: PermissionRef }, { additionalProperties: false, description: 'It does not hold.' }),
  ],
  { description: 'Who may.' },
);

import Type, { type Static } from 'typebox';
import { SignOptions } from '../identify/assertion.ts';

/** Header names with what they carry; `sign` is no header but the options of the signed assertion. */
export type IdentifySpec = Readonly<Record<string, string | string[]>> & {
  sign?: Static<typeof SignOptions>;
};

const Template = Type.Union([
  Type.String({ description: 'Text with names in braces: "{user.id}".' }),
  Type.Array(Type.String({ minLength: 1 }), {
    minItems: 1,
    description: 'Attributes of the user, sent as one JSON object.',
  }),
]);

export const Identify = Type.Unsafe<IdentifySpec>({
  type: 'object',
  properties: { sign: SignOptions },
  patternProperties: { '^[A-Za-z0-9-]+$': Template },
  description: 'The headers that say who is asking. Default: X-User: "{user.id}".',
});

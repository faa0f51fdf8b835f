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

const HEADER_NAME = {
  pattern: '^[A-Za-z0-9-]+$',
  patternErrorMessage: 'a header name is letters, digits and "-" (servers cannot tell "_" from "-")',
};

export const Identify = Type.Unsafe<IdentifySpec>({
  type: 'object',
  properties: { sign: SignOptions },
  // In JSON Schema a key that is named above is matched by the patterns too.
  patternProperties: { '^(?!sign$)[A-Za-z0-9-]+$': Template },
  propertyNames: HEADER_NAME,
  description: 'The headers that say who is asking. Default: X-User: "{user.id}".',
});

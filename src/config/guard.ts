import Type, { type Static } from 'typebox';
import { explainRate, parseRate, RATE_PATTERN, type Rate } from '../core/rate.ts';

const RateText = (description: string) =>
  Type.String({
    description,
    pattern: RATE_PATTERN,
    explain: explainRate,
    patternErrorMessage: 'a rate is a whole number, "/" and s, m, h or d: 50/s, 10/m',
  });

const GUESSES =
  'How many refused credentials an address may send until the next is 429. Valid ones pass. Default: 60/m.';

export const GuardOptions = Type.Union(
  [
    Type.Literal('off', { description: 'Nothing is counted by address.' }),
    Type.Object(
      {
        rate: Type.Optional(
          RateText('How many requests an address may send, whatever they are. Default: no limit.'),
        ),
        by: Type.Optional(Type.Literal('ip', { description: 'Addresses are counted; of IPv6 the /64.' })),
        failed_logins: Type.Optional(
          Type.Union(
            [
              RateText(GUESSES),
              Type.Object(
                {
                  rate: Type.Optional(RateText(GUESSES)),
                  strict: Type.Optional(
                    Type.Boolean({
                      description:
                        'Refuse an address that has guessed too often altogether, valid credentials too. Default: false.',
                    }),
                  ),
                },
                { additionalProperties: false },
              ),
            ],
            { description: 'A limit on guessing tokens and passwords. Default: 60/m.' },
          ),
        ),
        connections: Type.Optional(
          Type.Integer({
            minimum: 1,
            description: 'How many connections an address may hold. Default: 2000.',
          }),
        ),
      },
      { additionalProperties: false },
    ),
  ],
  {
    description:
      'What stands before authentication, counted in this process; trusted proxies are not counted as callers.',
  },
);

export interface GuardLimits {
  rate: Rate | undefined;
  failedLogins: Rate | undefined;
  strict: boolean;
  connections: number;
}

export function guardLimits(given: Static<typeof GuardOptions> = {}): GuardLimits {
  if (given === 'off') {
    return {
      rate: undefined,
      failedLogins: undefined,
      strict: false,
      connections: Number.POSITIVE_INFINITY,
    };
  }
  const logins = given.failed_logins ?? {};
  const { rate = '60/m', strict = false } = typeof logins === 'string' ? { rate: logins } : logins;
  return {
    rate: given.rate === undefined ? undefined : parseRate(given.rate),
    failedLogins: parseRate(rate),
    strict,
    connections: given.connections ?? 2_000,
  };
}

import Type, { type Static } from 'typebox';
import type { Matched } from '../core/exchange.ts';
import { hasPermission } from '../core/has-permission.ts';
import { explainRate, parseRate, RATE_PATTERN, type Rate } from '../core/rate.ts';
import type { TakeRequest } from '../core/store.ts';
import type { NotCounted, Part, Throttle, Tools } from '../core/words.ts';
import { BY_PATTERN, keyMaker } from './key.ts';

const RateText = Type.String({
  pattern: RATE_PATTERN,
  explain: explainRate,
  patternErrorMessage: 'a rate is a whole number, "/" and s, m, h or d: 3/m, 100/hour',
  description: 'How many in which window: `3/m`, `100/h`; s, m, h or d.',
});

const TierName = {
  pattern: '^(default|group:\\S(.*\\S)?|perm:\\S+)$',
  patternErrorMessage: 'a tier is "default", "group:<name>" or "perm:<name>"',
  explain: (text: string) =>
    /^(group|perm):/.test(text)
      ? 'there is a blank in this name, and no name would match: write group:vip'
      : undefined,
};

const DjangoKey = Type.Object(
  {
    scope: Type.String({
      pattern: '^[^:\\s]+$',
      patternErrorMessage: "DRF's scope: user, anon or a name of yours",
      description: 'The `scope` of the throttle class.',
    }),
    key_prefix: Type.Optional(Type.String({ description: "The cache's KEY_PREFIX. Default: none." })),
    version: Type.Optional(Type.Integer({ minimum: 0, description: "The cache's VERSION. Default: 1." })),
  },
  {
    additionalProperties: false,
    description: "Count in DRF's own Redis keys and format, together with an app that still throttles.",
  },
);

export const ThrottleOptions = Type.Object(
  {
    rate: Type.Optional(RateText),
    rates: Type.Optional(
      Type.Record(Type.String(TierName), RateText, {
        propertyNames: TierName,
        description:
          'Rates by tier: `group:<name>`, `perm:<name>`, `default`; the most generous that applies counts.',
      }),
    ),
    by: Type.Optional(
      Type.String({
        pattern: BY_PATTERN,
        patternErrorMessage: 'callers are counted by user, ip, header:<name> or param:<name>',
        description:
          'Whom to count: `user` (the unknown by address), `ip`, `header:<name>` or `param:<name>`. Default: user.',
      }),
    ),
    django: Type.Optional(DjangoKey),
    only: Type.Optional(
      Type.Union([Type.Literal('anonymous'), Type.Literal('authenticated')], {
        description: 'Count these callers only; the others pass.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A limit on how often, counted in a sliding window.' },
);

const NO_TIER: NotCounted = { key: undefined, reason: 'no tier applies, and there is no default' };

interface Tier {
  applies(exchange: Matched): boolean;
  rate: Rate;
}

/**
 * A limit with the meaning of DRF's SimpleRateThrottle: the admitted requests of the last window count, a
 * refused one is not recorded.
 */
export const slidingLog: Part<typeof ThrottleOptions, Throttle> = {
  name: 'sliding-log',
  summary: 'Counts the admitted requests of the last window, one by one.',
  schema: ThrottleOptions,
  needsStore: () => true,
  create(options, tools) {
    if ((options.rate === undefined) === (options.rates === undefined))
      tools.report([], 'give either "rate" or "rates"');
    if (options.django) judgeDjangoRates(options, tools);
    return new SlidingLog(tools.name, options);
  },
};

/** DRF's history is one value, read and written whole: up to so many admissions it costs Redis next to nothing, … */
const CHEAP_FOR_DJANGO = 10_000;
/** … and up to so many it is within what the store reads. */
const MOST_FOR_DJANGO = 100_000;

function judgeDjangoRates(options: Static<typeof ThrottleOptions>, { report, warn }: Tools): void {
  const rates = [
    { path: ['rate'], text: options.rate },
    ...Object.entries(options.rates ?? {}).map(([tier, text]) => ({ path: ['rates', tier], text })),
  ];
  for (const { path, text } of rates) {
    const limit = parseRate(text ?? '')?.limit ?? 0;
    const cost = `DRF keeps the times of all ${limit} requests in one value, which each request reads and writes whole`;
    if (limit > MOST_FOR_DJANGO) report(path, `${cost}: with "django" a rate is ${MOST_FOR_DJANGO} at most`);
    else if (limit > CHEAP_FOR_DJANGO)
      warn?.(
        path,
        `${cost}: a busy caller slows down Redis for everybody; leave out "django" if the app no longer throttles`,
      );
  }
}

class SlidingLog implements Throttle {
  readonly name: string;
  private readonly tiers: readonly Tier[];
  private readonly keyOf: (exchange: Matched) => string;
  private readonly django: boolean;
  private readonly only: 'anonymous' | 'authenticated' | undefined;
  private readonly otherCallers: NotCounted;

  constructor(name: string, options: Static<typeof ThrottleOptions>) {
    this.name = name;
    this.tiers = tiersOf(options);
    this.keyOf = options.django ? djangoKey(options.django) : ownKey(name, options.by ?? 'user');
    this.django = options.django !== undefined;
    this.only = options.only;
    this.otherCallers = { key: undefined, reason: `counts ${options.only} callers only` };
  }

  ask(exchange: Matched): TakeRequest | NotCounted {
    const { only, django } = this;
    if (only !== undefined && exchange.identity.authenticated !== (only === 'authenticated'))
      return this.otherCallers;
    const rate = this.tiers.find(({ applies }) => applies(exchange))?.rate;
    return rate ? { key: this.keyOf(exchange), django, ...rate } : NO_TIER;
  }
}

function ownKey(name: string, by: string): (exchange: Matched) => string {
  const callerOf = keyMaker(by);
  return (exchange) => `postern:throttle:${name}:${callerOf(exchange)}`;
}

/** `<prefix>:<version>:throttle_<scope>_<pk or address>`, as DRF's `cache_format` and Django's cache make it. */
function djangoKey({
  scope,
  key_prefix: prefix = '',
  version = 1,
}: Static<typeof DjangoKey>): (exchange: Matched) => string {
  return ({ identity, client }) => {
    const caller = identity.authenticated && identity.user.id !== undefined ? identity.user.id : client;
    return `${prefix}:${version}:throttle_${scope}_${caller}`;
  };
}

/** Most generous first. */
function tiersOf({ rate, rates }: Static<typeof ThrottleOptions>): Tier[] {
  const given: Record<string, string> = rate === undefined ? (rates ?? {}) : { default: rate };
  return Object.entries(given)
    .flatMap(([tier, text]) => {
      const parsed = parseRate(text);
      return parsed ? [{ rate: parsed, applies: applies(tier) }] : [];
    })
    .sort((a, b) => b.rate.limit / b.rate.windowMs - a.rate.limit / a.rate.windowMs);
}

function applies(tier: string): (exchange: Matched) => boolean {
  const [kind, name = ''] = [tier.slice(0, tier.indexOf(':')), tier.slice(tier.indexOf(':') + 1)];
  if (kind === 'group') return ({ identity }) => identity.user.groups.includes(name);
  if (kind === 'perm') return ({ identity }) => hasPermission(identity, name);
  return () => true;
}

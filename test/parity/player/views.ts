import { RATE_PATTERN } from '../../../src/core/rate.ts';
import type { DivergenceId } from '../divergences.ts';
import type { Case, Recording, Run, View } from './recording.ts';

/** The project's default classes, by the names that the environment gives them. */
const CLASSES: Readonly<Record<string, string>> = {
  Token: 'token',
  Session: 'session',
  IsAuthenticated: 'authenticated',
  Vip: 'vip',
};

export interface Views {
  /** By path, as the recording asks for them. */
  views: Readonly<Record<string, View>>;
  /** Views that Postern does not start with, where Django answers something at each request. */
  refusals: ReadonlyMap<string, { view: View; divergence: DivergenceId }>;
}

/** The views that the cases of a run ask. */
export function viewsOf(recording: Recording, cases: readonly Case[], env: Run['env']): Views {
  const asked = new Set(cases.flatMap(({ steps }) => steps.map(({ http }) => pathIn(http))));
  const views: Record<string, View> = {};
  const refusals = new Map<string, { view: View; divergence: DivergenceId }>();
  for (const path of asked) {
    const view = path === '/default/' ? defaultView(env) : recording.views[path];
    const divergence = view && refusedAtLoad(view);
    if (view && divergence) refusals.set(path, { view, divergence });
    else if (view) views[path] = view;
  }
  return { views, refusals };
}

export const pathIn = (http = '') => (http.split(' ')[1] ?? '').split('?')[0] ?? '';

function defaultView(env: Run['env']): View {
  const named = (name: string, otherwise: string) =>
    (env[name] ?? otherwise)
      .split(',')
      .filter(Boolean)
      .map((word) => CLASSES[word] ?? word);
  return {
    chain: named('PARITY_DEFAULT_CHAIN', 'Token'),
    permit: named('PARITY_DEFAULT_PERMIT', 'IsAuthenticated'),
    throttle:
      (env.PARITY_DEFAULT_THROTTLE ?? 'User') === '' ? [] : [{ kind: 'user', scope: 'user', rate: '3/m' }],
  };
}

const GOOD_RATE = new RegExp(RATE_PATTERN);
const NEEDS_USER = /^(?:authenticated|staff|model|owner)$/;

function refusedAtLoad({ chain, permit, throttle }: View): DivergenceId | undefined {
  if (throttle.some(({ rate }) => rate !== null && !GOOD_RATE.test(rate))) return 'bad-rates';
  const [rule] = permit;
  const nobody = chain.length === 0 && typeof rule === 'string' && NEEDS_USER.test(rule);
  return nobody ? 'nobody-at-load' : undefined;
}

import { readFileSync } from 'node:fs';
import t from 'tap';
import { startGateway } from '../support/gateway.ts';
import { type Headers, json, type Stage, setStage } from '../support/stage.ts';

interface Step {
  http?: string;
  headers?: [string, string][];
  expect: { status: number; headers?: Record<string, string>; json?: { detail?: string; value?: string } };
  said?: Record<string, { detail: string }>;
}
interface Recording {
  values: Record<string, { detail: string }>;
  runs: { cases: { id: string; languages?: string[]; steps: Step[] }[] }[];
}

/** What Django answered; the compiled test lies one folder deeper. */
const recording = JSON.parse(
  readFileSync(new URL('../../../test/parity/recordings/messages.json', import.meta.url), 'utf8'),
) as Recording;
const cases = recording.runs[0]?.cases ?? [];
const ALL = '[ar, de, es, fr, it, ja, ko, pl, pt-br, ru, zh-hans]';

/** Those of Django's views that need no database behind them. */
const file = (keys: string) => `${keys}
guard: off
authenticators:
  token: { type: redis-token }
  stock_token: { type: redis-token }
  basic: { type: basic, key: 'basic:{username}' }
routes:
  - { path: /v/token/authenticated/none/, authenticate: [token], permit: authenticated, forward: shop }
  - { path: /v/stock_token/authenticated/none/, authenticate: [stock_token], permit: authenticated, forward: shop }
  - { path: /v/basic/authenticated/none/, authenticate: [basic], permit: authenticated, forward: shop }
  - { path: /v/token/staff/none/, authenticate: [token], permit: staff, forward: shop }
  - { path: /ro/token/anyone/none/, authenticate: [token], permit: anyone, methods: [GET, OPTIONS], forward: shop }
  - { path: /throttled/, permit: anyone, throttle: { rate: 1/m, by: ip }, forward: shop }
  - { path: /vip/, permit: { when: 'false', message: Only VIPs may come in here. }, forward: shop }
  - { path: /cors/, cors: { origins: ['https://app.example'] }, permit: authenticated, authenticate: [token], forward: shop }
`;

/** Asks what was recorded; headers are pairs there. */
function play({ ask }: Stage, { http = '', headers = [] }: Step, language?: string) {
  const pairs: Headers = Object.fromEntries(headers);
  return ask(http, language === undefined ? pairs : { ...pairs, 'Accept-Language': language });
}

t.test('each refusal in each language is what Django answers', async (t) => {
  const records = {
    'token:4204cb35f84bc730468f5d85b44e7b6e5d0099c2': { id: 2, username: 'ada' },
    [`token:${'5'.repeat(40)}`]: { id: 5, is_active: false },
  };
  const stage = await setStage(t, file(`languages: ${ALL}`), { records });
  const { languages = [], steps = [] } = cases.find(({ id }) => id === 'messages/languages') ?? {};
  const known =
    /^\w+ \/(?:v\/(?:token|stock_token|basic)\/(?:authenticated|staff)|ro\/token\/anyone)\/none\/$/;
  const ours = steps.filter(
    ({ http = '', said, expect }) =>
      known.test(http) && expect.status !== 406 && Object.keys(said ?? {}).length > 0,
  );
  t.equal(ours.length, 12, 'as many as were recorded');
  for (const step of ours) {
    for (const language of languages) {
      const answer = await play(stage, step, language);
      const name = `${step.http} ${JSON.stringify(step.headers ?? [])} ${language}`;
      t.same([answer.status, json(answer)], [step.expect.status, step.said?.[language]], name);
      t.same(answer.header('content-language'), [language]);
      t.same(answer.header('vary'), ['Accept-Language']);
    }
  }
});

t.test('Accept-Language chooses as in Django', async (t) => {
  const stage = await setStage(t, file(`languages: ${ALL}`));
  // Django ships more languages than these; where it names one of them, the nearest of ours is named.
  const nearest: Record<string, string> = { pt: 'pt-br', 'zh-hant': 'en', 'es-mx': 'es', 'en-gb': 'en' };
  const choices = cases.filter(
    ({ id }) => id.startsWith('messages/choice/') && id !== 'messages/choice/cookie',
  );
  t.ok(choices.length > 20);
  for (const { id, steps } of choices) {
    for (const step of steps) {
      const answer = await play(stage, step);
      const { status, headers = {}, json: body } = step.expect;
      const detail = body?.value === undefined ? body : recording.values[body.value];
      const tag = headers['Content-Language'] ?? '';
      t.same([answer.status, json(answer)], [status, detail], id);
      t.same(answer.header('content-language'), [nearest[tag] ?? tag], id);
      t.same(answer.header('vary'), ['Accept-Language']);
    }
  }
});

t.test('without "languages" the header does not count, and nothing says that it might', async (t) => {
  for (const [keys, detail] of [
    ['', 'Authentication credentials were not provided.'],
    ['language: de', 'Anmeldedaten fehlen.'],
  ] as const) {
    const { ask } = await setStage(t, file(keys));
    const answer = await ask('GET /v/token/authenticated/none/', { 'Accept-Language': 'fr' });
    t.same(json(answer), { detail });
    t.same([...answer.header('vary'), ...answer.header('content-language')], []);
  }
});

t.test('what is filled in, what is ours alone and a message of the file', async (t) => {
  const { ask, upstream } = await setStage(t, file('languages: [de]\nlanguage: ru'));
  const german = { 'Accept-Language': 'de' };
  const forwarded = await ask('GET /throttled/', german);
  t.same(forwarded.header('content-language'), [], 'what an upstream says is its own');
  t.same(upstream.requests[0]?.header('accept-language'), ['de'], 'and it may choose too');
  const throttled = await ask('GET /throttled/', german);
  t.same(json(throttled), { detail: 'Die Anfrage wurde gedrosselt. Expected available in 60 seconds.' });
  t.same(json(await ask('GET /throttled/')), {
    detail: 'Запрос был проигнорирован. Expected available in 60 seconds.',
  });
  t.same(json(await ask('GET /vip/', german)), { detail: 'Only VIPs may come in here.' });
  t.same(json(await ask('GET /nowhere', german)), { detail: 'Nicht gefunden.' });
  t.same(json(await ask('GET /a//b', german)), { detail: 'Fehlerhafte Anfrage.' });
  const head = await ask('HEAD /nowhere', german);
  t.same([head.status, ...head.header('content-language'), head.body.length], [404, 'de', 0]);
  const browser = await ask('GET /cors/', { ...german, Origin: 'https://app.example' });
  t.same(browser.header('vary').join(', '), 'Accept-Language, Origin');
});

t.test('a language that there is not is refused at load', async (t) => {
  const start = (keys: string) =>
    startGateway(`store: memory\nupstreams: { shop: { type: echo } }\n${file(keys)}`);
  await t.rejects(start('language: tlh'), /language/);
  await t.rejects(start('languages: [de, klingon]'), /klingon|must be/);
  await t.rejects(start('languages: []'), /languages/);
});

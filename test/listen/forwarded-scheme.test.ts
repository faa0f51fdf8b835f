import t from 'tap';
import { ask } from '../support/stage.ts';
import { stand } from '../support/stand.ts';

const SPELLINGS = [
  ['https', 'https'],
  ['HTTPS', 'https'],
  ['wss', 'https'],
  ['https,http', 'https'],
  [' Https , http', 'https'],
  [['https', 'http'], 'https'],
  ['http', 'http'],
  ['ws', 'http'],
  ['http, https', 'http'],
  ['', 'http'],
  ['on', 'http'],
  ['constructor', 'http'],
  ['__proto__', 'http'],
  [',https', 'http'],
] as const;

t.test('a trusted proxy names the scheme in any of its spellings', async (t) => {
  const { port, upstream } = await stand(t, { top: 'trusted_proxies: [127.0.0.1]' });
  for (const [sent, scheme] of SPELLINGS) {
    await ask(port, 'GET /nobody/x', { 'X-Forwarded-Proto': sent });
    t.same(upstream.requests.at(-1)?.header('x-forwarded-proto'), [scheme], JSON.stringify(sent));
  }
});

t.test('anybody else does not', async (t) => {
  const { port, upstream } = await stand(t);
  for (const [sent] of SPELLINGS) {
    await ask(port, 'GET /nobody/x', { 'X-Forwarded-Proto': sent });
    t.same(upstream.requests.at(-1)?.header('x-forwarded-proto'), ['http'], JSON.stringify(sent));
  }
});

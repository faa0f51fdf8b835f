import t from 'tap';
import { csrfSecret, csrfTokensMatch } from '../../src/django/csrf.ts';
import { vectors } from './vectors.ts';

const tokens = vectors<{ secret: string; token: string }[]>('csrf-tokens.json');
const [{ secret, token } = { secret: '', token: '' }, other = { secret: '', token: '' }] = tokens;

t.test('a token holds its secret, as Django masks it', async (t) => {
  for (const vector of tokens) {
    t.equal(csrfSecret(vector.token), vector.secret);
    t.equal(csrfSecret(vector.secret), vector.secret);
  }
});

t.test('tokens match when their secrets do, in either form', async (t) => {
  // The first letter of the alphabet moves nothing.
  const again = 'a'.repeat(32) + secret;
  for (const [given, cookie] of [
    [token, token],
    [token, secret],
    [secret, token],
    [secret, secret],
    [again, token],
  ] as const) {
    t.ok(csrfTokensMatch(given, cookie));
  }
  t.notOk(csrfTokensMatch(other.token, token), 'another secret');
  t.notOk(csrfTokensMatch(token.slice(1), token), '63 characters');
  t.notOk(csrfTokensMatch(`${token.slice(1)}.`, token), 'a character that is none');
  t.notOk(csrfTokensMatch(`${token}\n`, token), 'a line feed behind it');
  t.notOk(csrfTokensMatch('', ''), 'nothing');
});

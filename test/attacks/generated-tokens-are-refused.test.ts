import fc from 'fast-check';
import t from 'tap';
import { type Algorithm, forge, key } from '../support/jwt.ts';
import { connect } from '../support/raw.ts';
import { search } from '../support/runs.ts';
import { head, stand } from '../support/stand.ts';

const ALGORITHMS: Algorithm[] = ['ES256', 'RS256', 'EdDSA'];
const good = ALGORITHMS.map((algorithm) =>
  forge({
    header: { alg: algorithm, kid: key(algorithm).kid, typ: 'JWT' },
    payload: { sub: '8', exp: 4_000_000_000, groups: ['g'] },
    by: key(algorithm),
  }),
);

const CHARACTERS = [...'ABCDEFGabcdefg01239-_.=+/', ',', '~', '%', '\xe9', '\t'];

type Mutation = [
  kind: 'flip' | 'insert' | 'delete' | 'swap' | 'bit' | 'json' | 'splice',
  where: number,
  what: number,
];

const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.constantFrom('flip', 'insert', 'delete', 'swap', 'bit', 'json', 'splice'),
  fc.nat(),
  fc.nat(),
);
const cases = fc.tuple(fc.nat(ALGORITHMS.length - 1), fc.array(mutation, { minLength: 1, maxLength: 3 }));

const JSON_EDITS: [RegExp, string][] = [
  [/"sub":"8"/, '"sub":"7"'],
  [/"sub":"8"/, '"sub":"8","sub":"7"'],
  [/"exp":\d+/, '"exp":9000000000'],
  [/"alg":"\w+"/, '"alg":"none"'],
  [/"alg":"\w+"/, '"alg":"HS256"'],
  [/^\{/, '{"is_staff":true,'],
  [/^\{/, ' {'],
  [/\}$/, '} '],
  [/"typ":"JWT"/, '"typ":"JWT","crit":["exp"]'],
  [/"kid":"[^"]*"/, '"kid":"x"'],
  [/\["g"\]/, '["staff"]'],
];

function mutate(token: string, [kind, where, what]: Mutation): string {
  const at = where % token.length;
  const character = CHARACTERS[what % CHARACTERS.length] ?? '';
  const parts = token.split('.');
  const part = where % Math.max(parts.length, 1);
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  if (kind === 'insert') return token.slice(0, at) + character + token.slice(at);
  if (kind === 'delete') return token.slice(0, at) + token.slice(at + 1);
  if (kind === 'flip') return token.slice(0, at) + character + token.slice(at + 1);
  if (kind === 'swap') parts.splice(part, 2, ...parts.slice(part, part + 2).reverse());
  else if (kind === 'splice') parts[part] = good[what % good.length]?.split('.')[part] ?? '';
  else if (kind === 'bit') {
    const byte = what % Math.max(bytes.length, 1);
    if (bytes.length > 0) bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (where % 8));
    parts[part] = bytes.toString('base64url');
  } else {
    const [pattern, text] = JSON_EDITS[what % JSON_EDITS.length] ?? [/$/, ''];
    parts[part] = Buffer.from(bytes.toString('latin1').replace(pattern, text), 'latin1').toString(
      'base64url',
    );
  }
  return parts.join('.');
}

t.test('every mutation of a valid token is refused, or is that token', async (t) => {
  const { port, upstream, broken } = await stand(t, {
    more: ALGORITHMS.map(
      (algorithm, index) =>
        `  jwt${index}: { type: jwt, algorithms: [${algorithm}], key: ${JSON.stringify(key(algorithm).publicPem)} }\n`,
    ).join(''),
    routes: ALGORITHMS.map(
      (_, index) => `{ id: jwt${index}, path: /jwt${index}/**, authenticate: [jwt${index}], forward: back }`,
    ),
  });
  await search(t, 'tokens', {
    values: cases,
    tries: 2_000,
    async judge(several) {
      const problems: string[] = [];
      let client = await connect(port);
      for (const [index, mutations] of several) {
        const token = mutations.reduce(mutate, good[index] ?? '');
        await client.send(head('GET', `/jwt${index}/x`, [['Authorization', `Bearer ${token}`]]));
        const { status } = await client.response();
        if (status !== 401 && token !== good[index]) problems.push(`${status} for ${token}`);
        if (status === 400) client = await connect(port);
      }
      client.destroy();
      const users = new Set(upstream.requests.map((request) => request.header('x-user').join()));
      users.delete('8');
      return [...problems, ...[...users].map((user) => `came as ${user}`), ...(await broken())];
    },
  });
});

t.test('the tokens themselves are good', async (t) => {
  const by = key('ES256');
  const { get, upstream } = await stand(t, {
    more: `  jwt: { type: jwt, algorithms: [ES256], key: ${JSON.stringify(by.publicPem)} }`,
    routes: ['{ id: jwt, path: /jwt/**, authenticate: [jwt], forward: back }'],
  });
  const [token = ''] = good;
  t.equal((await get('/jwt/x', [['Authorization', `Bearer ${token}`]])).status, 200);
  // The twin of an ECDSA signature, s for n - s, is valid too, and says the same: revocation goes by subject or jti.
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [header, payload, signature = ''] = token.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const twin = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0');
  const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(twin, 'hex')]).toString('base64url');
  t.equal((await get('/jwt/x', [['Authorization', `Bearer ${header}.${payload}.${other}`]])).status, 200);
  t.same(
    upstream.requests.map((request) => request.header('x-user')),
    [['8'], ['8']],
  );
});

import type { Redis } from 'ioredis';
import { login } from '../support/credentials.ts';
import { CLOCK_BASE, type Django } from '../support/django.ts';
import { compact, pickledText } from './jwt.ts';
import type { Wardrobe } from './requests.ts';

type Header = readonly [string, string];

const PEOPLE = ['root', 'ada', 'ben', 'cyd', 'eve', 'fay'] as const;
const IDS: Readonly<Record<string, number>> = { root: 1, ada: 2, ben: 3, cyd: 4, dot: 5, eve: 6, fay: 7 };

const authorization = (value: string): Header => ['Authorization', value];
const basic = (text: string): Header => authorization(`Basic ${Buffer.from(text).toString('base64')}`);

/** Good for as long as anybody runs this, by the throttles' clock and by the real one. */
const CLAIMS = { token_type: 'access', exp: 4_102_444_800, iat: CLOCK_BASE, jti: 'first', user_id: 2 };

/** Everybody's newest login, by key: what the app would have written. */
export function newest(jwtKey: string): ReadonlyMap<string, Buffer> {
  return new Map(
    PEOPLE.map((name) => {
      const id = IDS[name];
      return [`single:1:${id}`, pickledText(compact({ ...CLAIMS, user_id: id }, jwtKey))];
    }),
  );
}

/** Logs everybody in at Django, and adds what is no credential, or is none any more. */
export async function dress(django: Django, jwtKey: string): Promise<Wardrobe> {
  const worn: Record<string, Header[]> = {};
  for (const name of PEOPLE) {
    worn[`stock_token ${name}`] = [authorization(`Token ${String(IDS[name]).repeat(40)}`)];
    worn[`basic ${name}`] = [basic(`${name}:${name}-secret`)];
    worn[`remote_user ${name}`] = [['X-Remote-User', name]];
    const token = await login(django, 'token', name);
    worn[`token ${name}`] = [authorization(`Token ${token.key}`)];
    const session = await login(django, 'session', name);
    worn[`session ${name}`] = Object.entries(session.headers);
    worn[`session ${name}, no proof`] = Object.entries(session.headers).filter(
      ([header]) => header === 'Cookie',
    );
    const jwt = (jti: string) => compact({ ...CLAIMS, jti, user_id: IDS[name] }, jwtKey);
    worn[`jwt ${name}`] = [authorization(`Bearer ${jwt('first')}`)];
    worn[`jwt ${name}, displaced`] = [authorization(`Bearer ${jwt('zeroth')}`)];
  }
  return { ...worn, ...strange(jwtKey) };
}

function strange(jwtKey: string): Wardrobe {
  const bearer = (changed: object, key = jwtKey) => [
    authorization(`Bearer ${compact({ ...CLAIMS, ...changed }, key)}`),
  ];
  return {
    'jwt expired': bearer({ exp: CLOCK_BASE }),
    'jwt to refresh': bearer({ token_type: 'refresh' }),
    'jwt of nobody': bearer({ user_id: 999 }),
    'jwt of dot': bearer({ user_id: 5 }),
    'jwt without a type': bearer({ token_type: undefined }),
    'jwt without an id': bearer({ jti: undefined }),
    'jwt without a user': bearer({ user_id: undefined }),
    'jwt not yet': bearer({ nbf: 4_102_444_800 }),
    'jwt of another key': bearer({}, 'another-key-of-some-length-0123456789'),
    'jwt hello': [authorization('Bearer hello')],
    'jwt alone': [authorization('Bearer')],
    'jwt lower': [authorization('bearer hello')],
    'stock_token unknown': [authorization(`Token ${'a'.repeat(40)}`)],
    'stock_token of dot': [authorization(`Token ${'5'.repeat(40)}`)],
    'token alone': [authorization('Token')],
    'token in two': [authorization('Token a b')],
    'token of bytes': [authorization('Token \xff')],
    'token\tlower': [authorization('token\tnothing-such')],
    'basic alone': [authorization('Basic')],
    'basic wrong': [basic('ada:wrong')],
    'basic unknown': [basic('nobody:wrong')],
    'basic of dot': [basic('dot:dot-secret')],
    'basic not base64': [authorization('Basic ada:ada')],
    'session unknown': [['Cookie', `sessionid=${'q'.repeat(32)}`]],
    'session short': [['Cookie', 'sessionid=abcdefghij']],
    'session of others': [['Cookie', 'a=1; csrftoken=b']],
    'remote_user nobody': [['X-Remote-User', 'nobody']],
    'remote_user dot': [['X-Remote-User', 'dot']],
    'digest x': [authorization('Digest x')],
  };
}

/** What Django wrote, for the gateway's own database, too. */
export async function copy(from: Redis, to: number): Promise<void> {
  for (const key of await from.keysBuffer('*')) await from.call('COPY', key, key, 'DB', to, 'REPLACE');
}

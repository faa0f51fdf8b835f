import { createSecretKey } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { key, mint } from '../support/jwt.ts';
import { redisClient, setStage } from '../support/stage.ts';

const NOW = Math.floor(Date.now() / 1_000);
const SECRET = '0123456789abcdef0123456789abcdef';
const by = { ...key('HS256'), private: createSecretKey(Buffer.from(SECRET)) };

/** As Python pickles a text. */
function pickle(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from('\x80\x04X', 'latin1'), length, Buffer.from(`${text}\x94.`, 'latin1')]);
}

for (const format of ['auto', 'django', 'text']) {
  t.test(`the newest login, format: ${format}`, async (t) => {
    const redis = await redisClient(t);
    const { ask, gateway } = await setStage(
      t,
      `authenticators: { jwt: { type: jwt, algorithms: [HS256], secret: ${SECRET}, single_login: { key: 'login:{id}', format: ${format} } } }
routes: [{ path: /x, authenticate: [jwt], forward: shop }]`,
      { redis, now: NOW * 1_000 },
    );
    const token = await mint(by, { sub: '7' }, { now: NOW });
    const older = await mint(by, { sub: '7' }, { now: NOW - 1 });
    const status = async () => (await ask('GET /x', { Authorization: `Bearer ${token}` })).status;
    const text = format !== 'django';
    const django = format !== 'text';
    const entries: [what: string, entry: Buffer | string | undefined, status: number][] = [
      ['nothing', undefined, 401],
      ['an empty text', '', 401],
      ['the token', token, text ? 200 : 503],
      ['another token', older, text ? 401 : 503],
      ['the token, pickled', pickle(token), django ? 200 : 503],
      ['the token, pickled and compressed', gzipSync(pickle(token)), django ? 200 : 503],
      ['the token in JSON', JSON.stringify(token), django ? 200 : 401],
      ['another token, pickled', pickle(older), django ? 401 : 503],
      ['None', Buffer.from('\x80\x04N.', 'latin1'), django ? 401 : 503],
      ['half a pickle', pickle(token).subarray(0, 40), 503],
      ['a pickled number', Buffer.from('\x80\x04K\x07.', 'latin1'), django ? 401 : 503],
      ['a number', '7', 401],
      ['an object', '{"token": "a"}', 401],
      ['a word', 'gone', django ? 503 : 401],
      ['garbage', Buffer.from('ff00fe01', 'hex'), 503],
    ];
    for (const [what, entry, expected] of entries) {
      await redis.del('login:7');
      if (entry !== undefined) await redis.set('login:7', entry);
      t.equal(await status(), expected, what);
    }
    await redis.del('login:7');
    await redis.hset('login:7', { token });
    t.equal(await status(), 503, 'a hash');
    await redis.del('login:7');
    await redis.rpush('login:7', token);
    t.equal(await status(), 503, 'a list');
    for (const { reason } of gateway.log.filter((line) => line.status === 503))
      t.match(String(reason), /^jwt: UnreadableRecord: /, 'the log says why');
  });
}

import t from 'tap';
import { setStage } from '../support/stage.ts';

/** Protocol 0: `{"id": 7, "seen": datetime.date(…), "tags": [Decimal("1"), "x"], "raw": b"ab"}` as an app pickles it. */
const RECORD =
  '(dVid\nI7\nsVseen\ncdatetime\ndate\n(I2024\nI1\nI2\ntRsVtags\n(lcdecimal\nDecimal\n(V1\ntRaVx\nasVraw\nc_codecs\nencode\n(Vab\nVlatin1\ntRs.';
const YAML = `
authenticators: { token: { type: redis-token } }
defaults: { authenticate: [token] }
routes:
  - { path: /text, identify: { X-User: '{user.id}', X-Seen: '{user.seen}', X-Type: '{user.seen.type}', X-Tags: '{user.tags}', X-Raw: '{user.raw}' }, forward: shop }
  - { path: /json, identify: { X-User-Json: [id, seen, raw, tags], X-Seen: [seen] }, forward: shop }
  - { path: /equal, permit: { when: 'user.seen == "2024-01-02"' }, forward: shop }
  - { path: /unequal, permit: { when: 'user.seen != "2024-01-02"' }, forward: shop }
  - { path: /either, permit: { when: 'user.seen == "2024-01-02" || user.id == "7"' }, forward: shop }
  - { path: /not, permit: { not: { when: 'user.tags.exists(tag, tag == "y")' } }, forward: shop }
`;

t.test('a value of which only the type is known is in no header, and the log says so once', async (t) => {
  const { ask, upstream, gateway } = await setStage(t, YAML, { records: { 'token:t': RECORD } });
  const token = { Authorization: 'Token t' };
  for (let time = 0; time < 2; time++) {
    await ask('GET /text', token);
    const received = upstream.requests.at(-1);
    t.same(received?.header('x-user'), ['7']);
    for (const name of ['x-seen', 'x-type', 'x-tags', 'x-raw']) t.same(received?.header(name), [], name);
    await ask('GET /json', token);
    t.same(upstream.requests.at(-1)?.header('x-user-json'), ['{"id":"7","tags":[null,"x"]}']);
    t.same(upstream.requests.at(-1)?.header('x-seen'), [], 'an empty object');
  }
  const told = gateway.log.filter(({ msg }) => msg === 'a header cannot show a value of this type');
  t.same(
    told.map(({ header, attribute, type }) => [header, attribute, type]),
    [
      ['X-Seen', 'user.seen', 'datetime.date'],
      ['X-Raw', 'user.raw', 'builtins.bytes'],
      ['X-User-Json', 'user.seen', 'datetime.date'],
      ['X-User-Json', 'user.raw', 'builtins.bytes'],
    ],
  );
});

t.test('a rule that reads such a value is undecided, whichever way it asks', async (t) => {
  const { ask, gateway } = await setStage(t, YAML, { records: { 'token:t': RECORD } });
  const token = { Authorization: 'Token t' };
  for (const path of ['/equal', '/unequal', '/not'])
    t.equal((await ask(`GET ${path}`, token)).status, 403, path);
  t.equal((await ask('GET /either', token)).status, 200, 'another reason to let them in');
  const [line] = await gateway.lines(1);
  t.match(line, { reason: /user\.seen: a value of this type cannot be read/ });
});

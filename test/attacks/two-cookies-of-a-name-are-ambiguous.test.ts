import t from 'tap';
import type { Pair } from '../support/http.ts';
import { stand } from '../support/stand.ts';

// RFC 6265 §8.6: a cookie that a sibling domain has set stands beside the real one.

const COOKIES = {
  more: '\n  session: { type: redis-token, in: cookie, name: sid }',
  routes: [
    '{ id: page, path: /page/**, authenticate: [session], forward: back }',
    '{ id: both, path: /both/**, authenticate: [token, session], permit: anyone, forward: back }',
  ],
};

t.test('two values are nobody, in whatever spelling the second stands', async (t) => {
  const { get, upstream, broken } = await stand(t, COOKIES);
  const tossed: Pair[][] = [
    [['Cookie', 'sid=ada; sid=bob']],
    [['Cookie', 'sid=bob; sid=ada']],
    [['Cookie', 'sid=ada; sid=ada']],
    [
      ['Cookie', 'sid=ada'],
      ['cookie', 'sid=bob'],
    ],
    [['Cookie', 'sid=ada;sid=bob']],
    [['Cookie', 'sid=ada; sid =bob']],
    [['Cookie', 'sid=ada; a=b;\tsid=bob']],
    [['Cookie', 'sid=ada; sid=']],
    [['Cookie', 'sid=ada; sid="bob"']],
    [['Cookie', 'sid=ada; \xa0sid=bob']],
  ];
  for (const headers of tossed) {
    t.equal((await get('/page/x', headers)).status, 401, JSON.stringify(headers));
    t.equal((await get('/both/x', headers)).status, 401, JSON.stringify(headers));
  }
  t.same(upstream.requests, []);
  t.equal(
    (await get('/page/x', [['Cookie', 'a=sid=bob; sid=ada; xsid=bob; sidx=bob; SID=bob']])).status,
    200,
  );
  t.same(upstream.requests[0]?.header('x-user'), ['7']);
  t.same(upstream.requests[0]?.header('cookie'), ['a=sid=bob; xsid=bob; sidx=bob; SID=bob']);
  t.same(await broken(), []);
});

t.test('of the cookies, only the accepted one stays behind', async (t) => {
  const { get, upstream } = await stand(t, COOKIES);
  await get('/page/x', [['Cookie', 'sid = ada ; other=1']]);
  await get('/page/x', [['Cookie', 'sid=ada']]);
  await get('/both/x', [
    ['Authorization', 'Token ada'],
    ['Cookie', 'sid=bob; other=1'],
  ]);
  t.same(
    upstream.requests.map((request) => [request.header('cookie'), request.header('authorization')]),
    [
      [['other=1'], []],
      [[], []],
      [['sid=bob; other=1'], []],
    ],
  );
});

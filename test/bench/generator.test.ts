import fc from 'fast-check';
import t from 'tap';
import { ReplyCounter } from '../../bench/load/reply-counter.ts';
import { Schedule } from '../../bench/load/schedule.ts';

const reply = (body: string, status = 200) =>
  Buffer.from(
    `HTTP/1.1 ${status} Any\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );

t.test('a reply ends with its last byte, wherever its pieces are cut', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii' }), fc.array(fc.nat({ max: 200 })), (body, places) => {
      const bytes = reply(body);
      const counter = new ReplyCounter();
      const cuts = [...new Set(places.filter((at) => at > 0 && at < bytes.length))].sort((a, b) => a - b);
      const pieces = [...cuts, bytes.length].map((end, index) => bytes.subarray(cuts[index - 1] ?? 0, end));
      const ends = pieces.map((piece) => counter.read(piece));
      return ends.indexOf(true) === ends.length - 1 && counter.status === 200;
    }),
  );
  t.pass();
});

t.test('replies follow each other on a connection, each with its own status', async (t) => {
  const counter = new ReplyCounter();
  t.ok(counter.read(reply('one')));
  t.ok(counter.read(reply('', 429)));
  t.equal(counter.status, 429);
});

t.test('what cannot be counted is not guessed', async (t) => {
  t.throws(
    () => new ReplyCounter().read(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')),
    /Content-Length/,
  );
  t.throws(() => new ReplyCounter().read(Buffer.concat([reply('one'), reply('two')])), /more bytes/);
});

t.test('requests become due at an even pace, and no more than there are', async (t) => {
  const schedule = new Schedule(1_000, 0.01);
  t.equal(schedule.total, 10);
  t.equal(schedule.next(), undefined, 'none before the time');
  schedule.advance(2.5);
  t.same([schedule.next(), schedule.next(), schedule.next()], [2.5, 2.5, undefined]);
  schedule.advance(1_000);
  const rest = Array.from({ length: 9 }, () => schedule.next());
  t.same(rest, [...Array(8).fill(1_000), undefined]);
});

t.test('a request that has to wait for a connection counts from when it was due', async (t) => {
  const schedule = new Schedule(1_000, 1);
  schedule.advance(1);
  schedule.advance(50);
  t.equal(schedule.next(), 1);
  t.equal(schedule.next(), 50);
});

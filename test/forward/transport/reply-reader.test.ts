import fc from 'fast-check';
import t from 'tap';
import type { ReplyHead } from '../../../src/forward/transport/reply-head.ts';
import { ReplyReader } from '../../../src/forward/transport/reply-reader.ts';

interface Read {
  heads: ReplyHead[];
  body: string;
  ended: boolean;
  /** What is left behind the reply. */
  rest: string;
  problem: string | undefined;
}

/** Reads bytes that arrive in these pieces, up to the end of the reply or the first problem. */
function readIn(
  pieces: readonly Buffer[],
  { bodiless = false, headBytes = 1_000, closed = false } = {},
): Read {
  const read: Read = { heads: [], body: '', ended: false, rest: '', problem: undefined };
  const reader = new ReplyReader(headBytes, {
    head: (head) => read.heads.push(head),
    data: (piece) => {
      read.body += piece.toString('latin1');
    },
    end: (last) => {
      read.body += last?.toString('latin1') ?? '';
      read.ended = true;
    },
  });
  reader.expect(bodiless);
  for (const piece of pieces) {
    if (read.ended) read.rest += piece.toString('latin1');
    else {
      const taken = reader.read(piece);
      if (typeof taken === 'string') return { ...read, problem: taken };
      if (read.ended) read.rest += piece.toString('latin1', taken);
    }
  }
  if (closed && !read.ended && !reader.finish()) read.problem = 'cut off';
  return read;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

function cutAt(whole: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  return [...places, whole.length].map((end, at) => whole.subarray(places[at - 1] ?? 0, end));
}

const TOKEN = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
const VALUE = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]{0,30}[!-~\x80-\xff])?)?$/);
const LINES = fc.array(
  fc.tuple(
    TOKEN.filter((name) => !/^(content-length|transfer-encoding|connection|keep-alive|upgrade)$/i.test(name)),
    VALUE,
  ),
  { maxLength: 8 },
);
const BODY = fc
  .uint8Array({ maxLength: 600, size: 'max' })
  .map((body) => Buffer.from(body).toString('latin1'));
const CUTS = fc.array(fc.nat(5_000), { maxLength: 6 });

const FRAMINGS = {
  length: (body: string) => ({ line: `content-LENGTH:\t${body.length} `, text: body }),
  chunks: (body: string) => {
    const chunks = [...body.matchAll(/[\0-\xff]{1,50}/g)].map(
      ([piece], at) => `${piece.length.toString(16)}${at % 2 ? ' ;x="y"' : ''}\r\n${piece}\r\n`,
    );
    return { line: 'Transfer-Encoding: Chunked', text: `${chunks.join('')}000\r\nX-Trailer: 1\r\n\r\n` };
  },
  end: (body: string) => ({ line: 'Connection: x, close', text: body }),
};

t.test('a reply is read as it was written, however it is cut and whatever follows it', async (t) => {
  let bodies = 0;
  fc.assert(
    fc.property(
      LINES,
      BODY,
      CUTS,
      fc.constantFrom(...(Object.keys(FRAMINGS) as (keyof typeof FRAMINGS)[])),
      fc.constantFrom('', 'HTTP/1.1 200 OK\r\n\r\n', '\0'),
      (lines, body, cuts, framing, rest) => {
        const { line, text } = FRAMINGS[framing](body);
        const head = `HTTP/1.1 200 Fine\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}${line}\r\n\r\n`;
        const after = framing === 'end' ? '' : rest;
        const read = readIn(
          cutAt(bytes(`HTTP/1.1 103 Early\r\nLink: x\r\n\r\n${head}${text}${after}`), cuts),
          {
            closed: true,
          },
        );
        const [only, ...others] = read.heads;
        const seen = only?.lines ?? [];
        const pairs = lines.flat();
        bodies += read.body.length;
        return (
          read.problem === undefined &&
          others.length === 0 &&
          only?.status === 200 &&
          only.reason === 'Fine' &&
          JSON.stringify(seen.slice(0, pairs.length)) === JSON.stringify(pairs) &&
          read.body === body &&
          read.ended &&
          read.rest === after
        );
      },
    ),
    { numRuns: 2_000 },
  );
  t.ok(bodies > 100_000, `${bodies} bytes of bodies`);
});

t.test('whatever bytes arrive, a reader answers, and the same for every cut', async (t) => {
  const line = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom('Server: x\r\n', 'Transfer-Encoding: chunked\r\n', 'Content-Length: 5\r\n'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'Content-Length: -1\r\n',
        'Transfer-Encoding: gzip\r\n',
        'X: y\n',
        ' folded\r\n',
        'HTTP/1.0 204 X\r\n',
      ),
    },
  );
  const chunk = fc.constantFrom(
    '5\r\nhello\r\n',
    '0\r\n\r\n',
    'fffffffffffff\r\n',
    ';\r\n',
    '0\r\nX: y\r\n\r\n',
    '5\r\nhello',
  );
  const noise = fc.uint8Array({ maxLength: 20 }).map((piece) => Buffer.from(piece).toString('latin1'));
  const PIECES = fc
    .tuple(
      fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n'),
      fc.constantFrom('HTTP/1.1 200 OK\r\n', 'HTTP/1.0 200 OK\r\n', 'HTTP/1.1 204 X\r\n', 'HTTP 200\r\n'),
      fc.array(line, { maxLength: 3 }),
      fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
      fc.array(fc.oneof(chunk, noise), { maxLength: 5 }),
    )
    .map(([interim, status, lines, end, body]) => [interim, status, ...lines, end, ...body]);
  const kinds = new Set<string>();
  fc.assert(
    fc.property(PIECES, CUTS, fc.boolean(), (pieces, cuts, bodiless) => {
      const whole = bytes(pieces.join(''));
      const once = readIn([whole], { bodiless });
      const inPieces = readIn(cutAt(whole, cuts), { bodiless });
      kinds.add(once.problem ?? (once.ended ? 'ended' : 'waits'));
      return (
        once.problem === inPieces.problem &&
        once.ended === inPieces.ended &&
        (once.problem !== undefined || (once.body === inPieces.body && once.rest === inPieces.rest))
      );
    }),
    { numRuns: 5_000 },
  );
  t.ok(kinds.size > 5, [...kinds].join('; '));
});

const H = 'HTTP/1.1 200 OK\r\n';
const ODD: Record<string, string> = {
  'another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
  'an empty line first': `\r\n${H}\r\n`,
  'two blanks': 'HTTP/1.1  200 OK\r\n\r\n',
  'a lower-case name': 'http/1.1 200 OK\r\n\r\n',
  'another minor version': 'HTTP/1.2 200 OK\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'a status below 100': 'HTTP/1.1 099 OK\r\n\r\n',
  'a bare LF': `${H}X: y\nZ: 1\r\n\r\n`,
  'a bare CR': `${H}X: y\rZ: 1\r\n\r\n`,
  'only LFs': 'HTTP/1.1 200 OK\nX: y\n\r\n\r\n',
  NUL: `${H}X: \0\r\n\r\n`,
  'a control character': `${H}X: \x01\r\n\r\n`,
  DEL: `${H}X: \x7f\r\n\r\n`,
  'a folded line': `${H}X: y\r\n z\r\n\r\n`,
  'a blank before the colon': `${H}X : y\r\n\r\n`,
  'a name with a blank': `${H}X Y: z\r\n\r\n`,
  'no name': `${H}: y\r\n\r\n`,
  'no colon': `${H}X\r\n\r\n`,
  'a name beyond ASCII': `${H}\xe9: y\r\n\r\n`,
  'two lengths': `${H}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
  'a list of lengths': `${H}Content-Length: 1, 1\r\n\r\na`,
  'a length with a sign': `${H}Content-Length: +1\r\n\r\na`,
  'a length in hexadecimal': `${H}Content-Length: 0x1\r\n\r\na`,
  'a length beyond 2^53': `${H}Content-Length: 99999999999999999\r\n\r\na`,
  'no length': `${H}Content-Length:\r\n\r\na`,
  'a length and chunks': `${H}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
  'another coding': `${H}Transfer-Encoding: gzip\r\n\r\n`,
  'two codings': `${H}Transfer-Encoding: gzip, chunked\r\n\r\n`,
  'chunked twice': `${H}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
  'chunks of HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  ...Object.fromEntries(
    Object.entries({
      'no size': '\r\n',
      'a size with a sign': '+5\r\nhello\r\n',
      'a size with a prefix': '0x5\r\nhello\r\n',
      'a size with a blank before it': ' 5\r\nhello\r\n',
      'a size with a bare LF': '5\nhello\r\n',
      'a size beyond 2^53': 'fffffffffffffff\r\n',
      'a longer chunk than said': '5\r\nhello!\r\n',
      'a shorter chunk than said': '5\r\nhell\r\n0\r\n\r\n',
      'a bare LF behind a chunk': '5\r\nhello\n0\r\n\r\n',
      'an endless extension': `5;${'x'.repeat(2_000)}`,
      'NUL in an extension': '5;\0\r\nhello\r\n',
      'a trailer without a colon': '0\r\nX\r\n\r\n',
      'endless trailers': `0\r\n${'X: y\r\n'.repeat(400)}`,
      'a folded trailer': '0\r\nX: y\r\n z\r\n\r\n',
    }).map(([name, body]) => [name, `${H}Transfer-Encoding: chunked\r\n\r\n${body}`]),
  ),
};

t.test('what is odd is a problem, wherever it is cut', async (t) => {
  for (const [name, text] of Object.entries(ODD)) {
    for (let cut = 0; cut < text.length; cut += text.length > 500 ? 97 : 1) {
      const { problem, ended } = readIn(cutAt(bytes(text), [cut]));
      if (problem === undefined || ended) t.fail(`${name}, cut at ${cut}: ${problem}`);
    }
    t.type(readIn([bytes(text)]).problem, 'string', name);
  }
});

t.test('HEAD, 1xx, 204 and 304 have no body, whatever they say', async (t) => {
  const length = 'Content-Length: 5\r\n\r\nhello';
  t.match(readIn([bytes(`${H}${length}`)], { bodiless: true }), { ended: true, body: '', rest: 'hello' });
  t.match(readIn([bytes(`HTTP/1.1 204 X\r\n${length}`)]), { ended: true, body: '', rest: 'hello' });
  t.match(readIn([bytes(`HTTP/1.1 304 X\r\n${length}`)]), { ended: true, body: '', rest: 'hello' });
  const upgrade = readIn([bytes('HTTP/1.1 101 X\r\nUpgrade: WebSocket\r\n\r\nframes')]);
  t.match(upgrade, { ended: false, heads: [{ status: 101, upgrade: 'websocket' }] });
});

t.test('the end of the connection ends only a body that nothing else ends', async (t) => {
  t.match(readIn([bytes(`${H}\r\nhello`)], { closed: true }), { ended: true, body: 'hello' });
  t.match(readIn([bytes(H)], { closed: true }), { problem: 'cut off' });
  t.match(readIn([bytes(`${H}Content-Length: 9\r\n\r\nhello`)], { closed: true }), { problem: 'cut off' });
  t.match(readIn([bytes(`${H}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)], { closed: true }), {
    problem: 'cut off',
  });
});

t.test('a head has its limit, in one piece or byte by byte', async (t) => {
  const sized = (length: number) => bytes(`${H}X: ${'y'.repeat(length - H.length - 5)}\r\n\r\n`);
  for (const [length, fits] of [
    [1_000, true],
    [1_003, false],
    [10_000, false],
  ] as const) {
    const whole = sized(length);
    t.equal(readIn([whole]).problem === undefined, fits, `${length}`);
    const one = Array.from(whole, (_, at) => whole.subarray(at, at + 1));
    t.equal(readIn(one).problem === undefined, fits, `${length}, byte by byte`);
  }
});

t.test('a head of a megabyte is read in linear time', async (t) => {
  const lines = 'a:\r\n'.repeat(250_000);
  const read = readIn([bytes(`${H}${lines}\r\n`)], { headBytes: 1_048_576 });
  t.equal(read.heads[0]?.lines.length, 500_000);
  const odd = readIn([bytes(`${H}${lines}x\r\n\r\n`)], { headBytes: 1_048_576 });
  t.type(odd.problem, 'string');
});

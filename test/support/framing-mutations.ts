import fc from 'fast-check';

const HIDDEN = 'GET /public/hidden HTTP/1.1\r\nHost: a\r\nX-User: 1\r\n\r\n';

const LENGTHS = [
  '5',
  '0',
  '+5',
  '-5',
  ' 5',
  '5 ',
  '5, 5',
  '5,6',
  '0x5',
  '5e0',
  '05',
  '',
  '\xb2',
  '5\x00',
  '\x0b5',
  '5;',
  '18446744073709551621',
  '9'.repeat(30),
  String(HIDDEN.length),
  '1',
  '100000',
];
const CODINGS = [
  'chunked',
  'Chunked',
  'CHUNKED',
  ' chunked',
  'chunked ',
  '\tchunked',
  'xchunked',
  'chunked, identity',
  'identity, chunked',
  'gzip, chunked',
  'chunked;q=1',
  '"chunked"',
  'chunked\x00',
  '\x0bchunked',
  '\x85chunked',
  'identity',
  '',
  ',chunked',
  'chunked, chunked',
  'chunKed\xa0',
];
const NAMES = [
  'Content-Length',
  'content-length',
  'Content-Length ',
  ' Content-Length',
  'Content_Length',
  'Content-Length\t',
  'Content\x00-Length',
  'Content-Length:',
  'X\r\nContent-Length',
  'X: y\nContent-Length',
  'X: y\rContent-Length',
];
const SIZES = [
  '5',
  '0',
  '0x5',
  '+5',
  '-5',
  ' 5',
  '5 ',
  '5\t',
  '5;a',
  '5;a=b',
  '5;a="b"',
  '5 ; a',
  '5;a\n',
  '5;\r',
  '00005',
  'f',
  'g',
  '',
  'ffffffffffffffff',
  '10000000000000005',
  '5\x00',
  '5,',
  HIDDEN.length.toString(16),
  '5\r\n5',
];
const ENDS = [
  '\r\n',
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  '\n\r',
  '\r\r\n',
  '\r\n ',
  '\r\n\t',
  '',
  ' \r\n',
  '\x00\r\n',
  '\r\n\r\n',
];
const VERSIONS = [
  '1.1',
  '1.1',
  '1.1',
  '1.1',
  '1.0',
  '1.2',
  '2.0',
  '0.9',
  '1.1 ',
  '1.',
  '1',
  '11',
  '1.1\t',
  '01.1',
];
const BYTES = [
  '\r',
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '0',
  '5',
  '\x00',
  '\x0b',
  '\x80',
  '\xa0',
  '\xff',
  '"',
  '\x1b',
  '%',
];

const usually = <T>(common: T, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(common) }, { weight: 1, arbitrary: odd });
const end = usually('\r\n', fc.constantFrom(...ENDS));

const lengthLine = fc
  .tuple(usually('Content-Length', fc.constantFrom(...NAMES)), fc.constantFrom(...LENGTHS), end)
  .map(([name, value, ending]) => `${name}: ${value}${ending}`);
const codingLine = fc
  .tuple(
    usually(
      'Transfer-Encoding',
      fc
        .constantFrom(...NAMES)
        .map((name) => name.replace('Content', 'Transfer').replace('Length', 'Encoding')),
    ),
    usually('chunked', fc.constantFrom(...CODINGS)),
    end,
  )
  .map(([name, value, ending]) => `${name}: ${value}${ending}`);
const otherLine = fc.constantFrom(
  'X: y\r\n',
  'Connection: content-length\r\n',
  'Connection: transfer-encoding, close\r\n',
  'Connection: keep-alive\r\n',
  'Expect: 100-continue\r\n',
  'TE: trailers\r\n',
  'X-User: 1\r\n',
  'X-User: 1\r\n X: y\r\n',
  'X\r\n',
  ': y\r\n',
  'Upgrade: h2c\r\n',
);

const chunk = fc
  .tuple(
    usually('5', fc.constantFrom(...SIZES)),
    end,
    usually('abcde', fc.constantFrom('', 'abc', HIDDEN, 'abcdef', '0\r\n\r\n')),
    end,
  )
  .map((parts) => parts.join(''));
const chunkedBody = fc
  .tuple(
    fc.array(chunk, { maxLength: 3 }),
    usually('0', fc.constantFrom('00', '-0', '0;a', '0 ', ' 0', '0x0', '')),
    end,
    fc.constantFrom('', '', 'X-User: 1\r\n', 'X : y\r\n', 'Content-Length: 5\r\n', ' X: y\r\n', 'X\n'),
    end,
  )
  .map(([chunks, ...rest]) => chunks.join('') + rest.join(''));
const body = fc.oneof(
  fc.constantFrom(
    '',
    'abcde',
    HIDDEN,
    `abcde${HIDDEN}`,
    `0\r\n\r\n${HIDDEN}`,
    `5\r\nabcde\r\n0\r\n\r\n${HIDDEN}`,
  ),
  chunkedBody,
  chunkedBody.map((chunks) => chunks + HIDDEN),
);

const message = fc
  .tuple(
    fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT', 'HEAD'),
    fc.constantFrom(...VERSIONS),
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: lengthLine },
        { weight: 3, arbitrary: codingLine },
        { weight: 1, arbitrary: otherLine },
      ),
      { maxLength: 3 },
    ),
    end,
    end,
    body,
  )
  .map(
    ([method, version, lines, lineEnd, headEnd, rest]) =>
      `${method} /public/x HTTP/${version}${lineEnd}Host: a\r\n${lines.join('')}${headEnd}${rest}`,
  );

/** Up to two bytes put in, taken out or replaced anywhere. */
const edits = fc.array(
  fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'replace'), fc.constantFrom(...BYTES)),
  { maxLength: 2 },
);
/** Messages on the edge of RFC 9112: lengths, codings, chunks and line ends as they should not be, then odd bytes. */
export const mutatedMessages: fc.Arbitrary<string> = fc.tuple(message, edits).map(([bytes, all]) => {
  let result = bytes;
  for (const [where, kind, byte] of all) {
    const at = where % (result.length + 1);
    result =
      result.slice(0, at) + (kind === 'delete' ? '' : byte) + result.slice(kind === 'insert' ? at : at + 1);
  }
  return result;
});

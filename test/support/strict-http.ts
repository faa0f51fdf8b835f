/** A request as one strict reading of RFC 9112 gives it. */
export interface StrictRequest {
  method: string;
  target: string;
  body: string;
  /** Nothing that follows belongs to this connection's requests. */
  last: boolean;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REQUEST_LINE = /^([A-Z-]+) +(\/[!-~]*|\*) +HTTP\/1\.([01])$/;
const HEADER = new RegExp(`^(${TOKEN}):[ \\t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \\t]*$`);
const CHUNK = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;

/**
 * Reads bytes (latin-1) as requests, up to the first that is not well-formed or not whole. Of what RFC 9112 lets a
 * server tolerate, it tolerates line ends before a request line and spaces around its target.
 */
export function strictRequests(bytes: string): StrictRequest[] {
  const requests: StrictRequest[] = [];
  let at = 0;
  const line = (): string | undefined => {
    const end = bytes.indexOf('\n', at);
    if (end === -1 || bytes[end - 1] !== '\r') return undefined;
    const text = bytes.slice(at, end - 1);
    at = end + 1;
    return text.includes('\r') ? undefined : text;
  };
  for (;;) {
    while (bytes[at] === '\r' || bytes[at] === '\n') at++;
    const [, method = '', target = '', minor] = REQUEST_LINE.exec(line() ?? '') ?? [];
    if (method === '') return requests;
    const headers = readHeaders(line);
    if (!headers) return requests;
    const body = readBody(headers, minor === '0');
    if (body === undefined) return requests;
    const connection = headers
      .filter(([name]) => name === 'connection')
      .map(([, value]) => value.toLowerCase());
    const words = connection.join().split(/[ \t]*,[ \t]*/);
    // With both words, a server may choose: the bytes behind are a request in their own right.
    const last = minor === '0' ? !words.includes('keep-alive') : words.includes('close');
    requests.push({ method, target, body, last });
    if (last) return requests;
  }

  function readBody(headers: readonly [string, string][], old: boolean): string | undefined {
    const lengths = headers.filter(([name]) => name === 'content-length').map(([, value]) => value);
    const codings = headers.filter(([name]) => name === 'transfer-encoding').map(([, value]) => value);
    if (codings.length > 0) {
      const chunked = codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
      return chunked && lengths.length === 0 && !old ? readChunks() : undefined;
    }
    const [length] = lengths;
    if (length === undefined) return '';
    if (lengths.length > 1 || !/^\d{1,15}$/.test(length)) return undefined;
    return exactly(Number(length));
  }

  function readChunks(): string | undefined {
    let body = '';
    for (;;) {
      const size = CHUNK.exec(line() ?? '')?.[1];
      if (size === undefined) return undefined;
      const length = Number.parseInt(size, 16);
      if (length === 0) return readHeaders(line) && body;
      const piece = exactly(length);
      if (piece === undefined || line() !== '') return undefined;
      body += piece;
    }
  }

  function exactly(length: number): string | undefined {
    if (bytes.length - at < length) return undefined;
    at += length;
    return bytes.slice(at - length, at);
  }
}

/** Header lines up to the empty one, names in lower case; undefined when one of them is none. */
function readHeaders(line: () => string | undefined): [string, string][] | undefined {
  const headers: [string, string][] = [];
  for (let text = line(); text !== ''; text = line()) {
    const [, name, value = ''] = HEADER.exec(text ?? '') ?? [];
    if (name === undefined) return undefined;
    headers.push([name.toLowerCase(), value]);
  }
  return headers;
}

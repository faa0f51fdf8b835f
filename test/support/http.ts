import { type Bytes, Ended } from './bytes.ts';

export type Pair = [name: string, value: string];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Header lines as they stood: no folding, no merging, names in their own case. Throws on what RFC 9112 §5 forbids. */
export function parseHeaders(lines: readonly string[]): Pair[] {
  return lines.map((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (!TOKEN.test(name)) throw new Error(`malformed header line ${JSON.stringify(line)}`);
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    if (/[\0\r\n]/.test(value)) throw new Error(`control character in header line ${JSON.stringify(line)}`);
    return [name, value];
  });
}

/** Every value of one header, in order; the name in any case. */
export function values(headers: readonly Pair[], name: string): string[] {
  return headers.filter(([each]) => each.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}

/** The start line and the header lines of a head that ends with an empty line. */
export function splitHead(head: Buffer): { line: string; lines: string[] } {
  const [line = '', ...lines] = head.toString('latin1').slice(0, -4).split('\r\n');
  return { line, lines };
}

export type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' };

/** How the headers say that the body ends. Throws where two of them could be read two ways. */
export function framing(headers: readonly Pair[]): Framing {
  const encodings = values(headers, 'transfer-encoding');
  const lengths = values(headers, 'content-length');
  if (encodings.length > 0) {
    if (lengths.length > 0) throw new Error('both Transfer-Encoding and Content-Length');
    if (encodings.join().toLowerCase() !== 'chunked')
      throw new Error(`Transfer-Encoding ${encodings.join()}`);
    return { kind: 'chunked' };
  }
  const [length] = lengths;
  if (length === undefined) return { kind: 'none' };
  if (lengths.length > 1 || !/^\d+$/.test(length)) throw new Error(`Content-Length ${lengths.join()}`);
  return { kind: 'length', length: Number(length) };
}

/** Hands over a body piece by piece as it arrives; answers with the trailers. */
export async function readBody(bytes: Bytes, how: Framing, take: (piece: Buffer) => void): Promise<Pair[]> {
  if (how.kind === 'length') await readExactly(bytes, how.length, take);
  return how.kind === 'chunked' ? readChunks(bytes, take) : [];
}

async function readExactly(bytes: Bytes, length: number, take: (piece: Buffer) => void): Promise<void> {
  for (let left = length; left > 0; ) {
    const piece = await bytes.some(left);
    left -= piece.length;
    take(piece);
  }
}

async function readChunks(bytes: Bytes, take: (piece: Buffer) => void): Promise<Pair[]> {
  for (;;) {
    const line = await readLine(bytes);
    const size = /^([0-9A-Fa-f]+)(?:[ \t]*;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new Error(`malformed chunk size ${JSON.stringify(line)}`);
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    await readExactly(bytes, length, take);
    const end = await readLine(bytes);
    if (end !== '') throw new Error(`chunk longer than its size: ${JSON.stringify(end)}`);
  }
  const trailers: string[] = [];
  for (let line = await readLine(bytes); line !== ''; line = await readLine(bytes)) trailers.push(line);
  return parseHeaders(trailers);
}

async function readLine(bytes: Bytes): Promise<string> {
  const line = await bytes.through('\r\n');
  if (line === undefined) throw new Ended('connection ended in the middle of a chunked body');
  return line.toString('latin1').slice(0, -2);
}

import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { Agent, type Dispatcher, errors, request } from 'undici';
import { Unavailable } from '../core/unavailable.ts';

/** A document could not be fetched. The message is the cause, such as `ECONNREFUSED` or `status 500`. */
export class FetchFailed extends Unavailable {
  override name = 'FetchFailed';
}

export interface FetchOptions {
  /** The media types that are asked for. */
  accept: string;
  /** Bytes of the document, decompressed; what is larger is not read to its end. */
  largest: number;
  /** Milliseconds for all of it: name, connection, head and body. */
  timeoutMs: number;
}

/** Connections to one origin at a time; more questions wait for one, within their time. */
const MOST_CONNECTIONS = 64;

const agent = new Agent({ connections: MOST_CONNECTIONS, maxHeaderSize: 16_384 });

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * The document at a URL; undefined for a 404. Redirects are not followed: where keys and users come from is what the
 * file says. Certificates are verified.
 *
 * @throws FetchFailed
 */
export async function fetchDocument(url: URL, options: FetchOptions): Promise<Buffer | undefined> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const headers = { accept: options.accept, 'accept-encoding': 'identity' };
  let body: Readable | undefined;
  try {
    const response = await request(url, { dispatcher: agent, headers, signal });
    body = response.body.on('error', () => {});
    const { statusCode: status } = response;
    if (status >= 300 && status < 400) throw new FetchFailed(`status ${status}, a redirect: not followed`);
    if (status !== 200 && status !== 404) throw new FetchFailed(`status ${status}`);
    const document = await read(response, options.largest);
    return status === 404 ? undefined : document;
  } catch (error) {
    if (error instanceof FetchFailed) throw error;
    throw new FetchFailed(signal.aborted ? `no answer within ${options.timeoutMs} ms` : causeOf(error));
  } finally {
    // Ends the connection if anything is left to read.
    body?.destroy();
  }
}

async function read({ headers, body }: Dispatcher.ResponseData, largest: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of decoded(body, headers['content-encoding'])) {
    size += (chunk as Uint8Array).byteLength;
    if (size > largest) throw new FetchFailed(`larger than ${largest >> 10} KB`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

function decoded(body: Readable, coding: string | string[] | undefined): Readable {
  if (coding === undefined || coding === 'identity') return body;
  const decoder = DECODERS[String(coding).toLowerCase()];
  if (!decoder) throw new FetchFailed('in a content coding that is not supported');
  return pipeline(body, decoder(), () => {});
}

/** The first code among the error and its causes: messages may quote what was received. */
function causeOf(error: unknown): string {
  if (error instanceof errors.HTTPParserError) return 'not HTTP/1.1';
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'unknown failure';
}

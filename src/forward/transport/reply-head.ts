/** The head of a reply: nothing in it can be read in two ways. */
export interface ReplyHead {
  status: number;
  reason: string;
  /** Header lines, name and value in turn. */
  lines: readonly string[];
  /** Bytes of the body where a length says so. */
  length: number | undefined;
  chunked: boolean;
  /** Whether the connection ends with this reply. */
  last: boolean;
  /** Milliseconds that the server keeps an idle connection, where it says so. */
  keepAliveMs: number | undefined;
  upgrade: string | undefined;
}

/** RFC 9112 §4 and §5, without what §5.2 deprecates. Two servers in the wild say HTTP/2.0 and speak 1.1. */
const HEAD =
  /^HTTP\/(1\.1|1\.0|2\.0) ([1-9][0-9]{2})(?: ([^\r\n]*))?\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*)$/;

const LENGTH = /^[0-9]{1,15}$/;

/**
 * Reads a head of a reply strictly: what is odd in it is the answer, as text for the operator's log.
 *
 * @param text status line and header lines, each with its CR LF, as latin-1
 */
export function parseReplyHead(text: string): ReplyHead | string {
  const found = HEAD.exec(text);
  if (!found) return 'a reply that is not HTTP/1.1';
  const [, version, status, reason = '', block = ''] = found;
  const head: ReplyHead = {
    status: Number(status),
    reason,
    lines: [],
    length: undefined,
    chunked: false,
    last: version !== '1.1',
    keepAliveMs: undefined,
    upgrade: undefined,
  };
  const lines: string[] = [];
  for (let at = 0; at < block.length; ) {
    const colon = block.indexOf(':', at);
    const end = block.indexOf('\r', colon);
    const name = block.slice(at, colon);
    const value = trimmed(block, colon + 1, end);
    lines.push(name, value);
    const problem = framing(head, name, value);
    if (problem !== undefined) return problem;
    at = end + 2;
  }
  head.lines = lines;
  if (head.chunked && head.length !== undefined) return 'a reply with a length and chunks';
  if (head.chunked && version !== '1.1') return `chunks in a reply of HTTP/${version}`;
  return head;
}

/** Takes from a header line what it says of the body and of the connection. */
function framing(head: ReplyHead, name: string, value: string): string | undefined {
  switch (name.length) {
    case 14:
      if (name.toLowerCase() !== 'content-length') return undefined;
      if (head.length !== undefined) return 'a reply with two lengths';
      if (!LENGTH.test(value)) return 'a reply whose length is not a number';
      head.length = Number(value);
      return undefined;
    case 17:
      if (name.toLowerCase() !== 'transfer-encoding') return undefined;
      if (head.chunked || value.toLowerCase() !== 'chunked') return 'a Transfer-Encoding other than chunked';
      head.chunked = true;
      return undefined;
    case 10:
      connection(head, name.toLowerCase(), value);
      return undefined;
    case 7:
      if (name.toLowerCase() === 'upgrade') head.upgrade = value.toLowerCase();
      return undefined;
    default:
      return undefined;
  }
}

function connection(head: ReplyHead, name: string, value: string): void {
  if (name === 'connection') {
    if (/(?:^|[\s,])close(?:$|[\s,])/i.test(value)) head.last = true;
  } else if (name === 'keep-alive') {
    const seconds = /(?:^|[\s,])timeout=([0-9]{1,9})(?:$|[\s,])/i.exec(value)?.[1];
    if (seconds !== undefined) head.keepAliveMs = Number(seconds) * 1_000;
  }
}

/** Without the blanks around it. */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

import type { Stage } from '../stage/stage.ts';

/** One request of a list. */
export interface Wish {
  path: string;
  /** The value of its Authorization header; the empty text for none. */
  authorization: string;
}

/** Which requests are sent, and over how many connections. */
export interface Load {
  connections: number;
  /** What the generators are told: `listed FILE`, or `uniform PATH TOKENS`. */
  source: readonly ['listed', string] | readonly ['uniform', string, string];
}

const CONNECTIONS = 64;

/** These requests, in turn. */
export function listed(stage: Stage, wishes: readonly Wish[], connections = CONNECTIONS): Load {
  const lines = wishes.map(({ path, authorization }) => `${path}\t${authorization}\n`);
  return { connections, source: ['listed', stage.write('requests', lines.join(''))] };
}

/** One path with any of so many tokens, each as likely as the others. */
export function uniform(path: string, tokens: number): Load {
  return { connections: CONNECTIONS, source: ['uniform', path, String(tokens)] };
}

/** The text of a request: all that either generator sends. */
export function requestText(port: number, { path, authorization }: Wish): string {
  const credential = authorization ? `Authorization: ${authorization}\r\n` : '';
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${credential}\r\n`;
}

import Type from 'typebox';
import type { Delivery } from '../core/delivery.ts';
import type { Sending, Upstream } from '../core/upstream.ts';
import type { Part } from '../core/words.ts';
import { answerHere } from './answer-here.ts';
import type { UpstreamTools } from './part.ts';

const options = Type.Object(
  { type: Type.Literal('echo') },
  { additionalProperties: false, description: 'Answers with the method, path and headers that it received.' },
);

/** For trying routes out, before and after there is a backend. */
export const echo: Part<typeof options, Upstream, UpstreamTools> = {
  name: 'echo',
  summary: 'Answers with the method, path and headers that a backend would receive.',
  schema: options,
  create: (_, { name }) => new EchoUpstream(name),
};

class EchoUpstream implements Upstream {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  send(sending: Sending): Delivery {
    const { method, path, host, headers } = sending.outbound;
    const { route } = sending.exchange;
    const seen = { method, path, headers: pairs(['host', host ?? this.name, ...headers]), route: route.id };
    return answerHere(sending, ['content-type', 'application/json'], `${JSON.stringify(seen, null, 2)}\n`);
  }

  async close(): Promise<void> {}
}

/** Header lines as an object; the values of a name that occurs more than once as a list. */
function pairs(lines: readonly string[]): Record<string, string | string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at < lines.length; at += 2) {
    const name = (lines[at] ?? '').toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), lines[at + 1] ?? '']);
  }
  return Object.fromEntries(
    [...headers].map(([name, [first = '', ...more]]) => [name, more.length ? [first, ...more] : first]),
  );
}

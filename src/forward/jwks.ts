import Type from 'typebox';
import type { Delivery } from '../core/delivery.ts';
import type { Sending, Upstream } from '../core/upstream.ts';
import type { Part } from '../core/words.ts';
import { answerHere } from './answer-here.ts';
import type { UpstreamTools } from './part.ts';

const options = Type.Object(
  { type: Type.Literal('jwks') },
  {
    additionalProperties: false,
    description: 'Answers with the public keys of signed identities (`identify: { sign: … }`).',
  },
);

/** For backends that verify the signed identity. */
export const jwks: Part<typeof options, Upstream, UpstreamTools> = {
  name: 'jwks',
  summary: 'Answers with the public keys of signed identities.',
  schema: options,
  create: (_, { name, keySet }) => new JwksUpstream(name, keySet),
};

const LINES = ['content-type', 'application/jwk-set+json', 'cache-control', 'public, max-age=60'];

class JwksUpstream implements Upstream {
  readonly name: string;
  private readonly keySet: () => string;

  constructor(name: string, keySet: () => string) {
    this.name = name;
    this.keySet = keySet;
  }

  send(sending: Sending): Delivery {
    return answerHere(sending, LINES, this.keySet());
  }

  async close(): Promise<void> {}
}

import { postern } from '../contestants/postern.ts';
import { uniform } from '../load/load.ts';
import { duelRow } from './row.ts';
import { PATH, tokenFile, tokenProof } from './tokens.ts';

const MANY = 1_000_000;

export const manyTokens = duelRow({
  name: 'many-tokens',
  title: 'the work of "tokens" with 1 and 1,000,000 live tokens, uniformly used',
  async cast({ redis }, { say }) {
    say('a million tokens go to Redis');
    await redis.fill(MANY);
    return {
      entrants: [
        { contestant: postern(tokenFile, { name: 'Postern, 1 token' }), load: uniform(PATH, 1) },
        { contestant: postern(tokenFile, { name: 'Postern, 1,000,000 tokens' }), load: uniform(PATH, MANY) },
      ],
      proof: tokenProof,
    };
  },
});

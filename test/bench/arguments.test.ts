import t from 'tap';
import { parseArguments } from '../../bench/arguments.ts';

const ROWS = ['tokens', 'plain'];
const parse = (...args: string[]) => parseArguments(args, ROWS);

t.test('without options: all rows, five rounds of three seconds, everybody logs', async (t) => {
  t.same(parse(), {
    only: [],
    rounds: 5,
    seconds: 3,
    json: undefined,
    svg: undefined,
    quietPeers: false,
    help: false,
  });
});

t.test('options are read with a space or "=", and rows with commas or one by one', async (t) => {
  t.match(parse('--rounds', '7', '--seconds=1', '--quiet-peers'), {
    rounds: 7,
    seconds: 1,
    quietPeers: true,
  });
  t.match(parse('--only', 'tokens,plain'), { only: ['tokens', 'plain'] });
  t.match(parse('--only=plain', '--only', 'tokens'), { only: ['plain', 'tokens'] });
  t.match(parse('--json', 'a=b.json', '--svg=c=d.svg'), { json: 'a=b.json', svg: 'c=d.svg' });
});

t.test('what cannot be meant is said, with a suggestion where one is near', async (t) => {
  t.equal(parse('--round', '3'), 'unknown option --round; did you mean "--rounds"?');
  t.match(parse('tokens'), /^unknown option tokens/);
  t.equal(parse('--only', 'token'), 'there is no row "token"; did you mean "tokens"?');
  t.equal(parse('--json'), '--json needs a value');
  t.equal(parse('--only='), '--only needs a value');
});

t.test('rounds and seconds are bounded, so that a bench ends', async (t) => {
  for (const value of ['0', '-1', '1.5', '51', '1e1', 'many'])
    t.equal(parse('--rounds', value), '--rounds is a whole number from 1 to 50', value);
  t.equal(parse('--seconds', '61'), '--seconds is a whole number from 1 to 60');
});

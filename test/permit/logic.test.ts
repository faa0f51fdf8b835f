import fc from 'fast-check';
import t from 'tap';
import type { Matched } from '../../src/core/exchange.ts';
import type { Permission, Verdict } from '../../src/core/words.ts';
import { compileExpression, type Evaluate } from '../../src/permit/expression.ts';
import { all, any, not } from '../../src/permit/logic.ts';
import { verdict } from '../../src/permit/verdict.ts';

/** None of the permissions here reads it. */
const exchange = {} as Matched;

type Truth = Verdict['truth'];
type Tree = Truth | { any: Tree[] } | { all: Tree[] } | { not: Tree };

const leaf = fc.constantFrom<Truth[]>(true, false, 'undecided');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
}));

function permissionOf(node: Tree): Permission {
  if (typeof node !== 'object')
    return { name: String(node), needsUser: false, params: [], permits: () => verdict(node, 'given') };
  if ('any' in node) return any(node.any.map(permissionOf));
  if ('all' in node) return all(node.all.map(permissionOf));
  return not(permissionOf(node.not));
}

/** The same in the expression language; a missing key is an error. */
function expressionOf(node: Tree): string {
  if (node === 'undecided') return 'user.missing == 1';
  if (typeof node !== 'object') return String(node);
  if ('any' in node) return `(${node.any.map(expressionOf).join(' || ')})`;
  if ('all' in node) return `(${node.all.map(expressionOf).join(' && ')})`;
  return `!(${expressionOf(node.not)})`;
}

/** Kleene's three values, as the language definition has them: the order of members makes no difference. */
function kleene(node: Tree): Truth {
  if (typeof node !== 'object') return node;
  if ('not' in node) {
    const inner = kleene(node.not);
    return inner === 'undecided' ? inner : !inner;
  }
  const settling = 'any' in node;
  const verdicts = (settling ? node.any : (node as { all: Tree[] }).all).map(kleene);
  if (verdicts.includes(settling)) return settling;
  return verdicts.includes('undecided') ? 'undecided' : !settling;
}

function truthOf(evaluate: Evaluate): Truth {
  try {
    return evaluate({ user: {}, params: {}, request: {} });
  } catch {
    return 'undecided';
  }
}

t.test('any, all and not are three-valued, as in the expression language', async (t) => {
  fc.assert(
    fc.property(tree, (node) => {
      const expected = kleene(node);
      if (permissionOf(node).permits(exchange).truth !== expected) return false;
      const text = expressionOf(node);
      const evaluate = text.length > 1000 ? undefined : compileExpression(text);
      // Deeper than the language's own bound: refused when the file loads.
      if (typeof evaluate !== 'function') return true;
      return truthOf(evaluate) === expected;
    }),
    { numRuns: 2_000 },
  );
  t.pass();
});

t.test('the order of members makes no difference', async (t) => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 2, maxLength: 4 }), (nodes) => {
      const forth = nodes.map(permissionOf);
      const back = forth.toReversed();
      return (
        any(forth).permits(exchange).truth === any(back).permits(exchange).truth &&
        all(forth).permits(exchange).truth === all(back).permits(exchange).truth
      );
    }),
  );
  t.pass();
});

t.test('a combination asks for a user where its members leave no other way', async (t) => {
  const user: Permission = {
    name: 'u',
    needsUser: true,
    params: ['id'],
    permits: () => verdict(true, 'given'),
  };
  const open: Permission = { name: 'o', needsUser: false, params: [], permits: () => verdict(true, 'given') };
  t.equal(any([user, open]).needsUser, false);
  t.equal(any([user, user]).needsUser, true);
  t.equal(all([user, open]).needsUser, true);
  t.equal(all([open]).needsUser, false);
  t.equal(not(user).needsUser, false);
  for (const made of [any([open, user]), all([user]), not(user)]) t.same(made.params, ['id']);
});

import fc from 'fast-check';
import t from 'tap';
import type { Matched } from '../../src/core/exchange.ts';
import type { Facts } from '../../src/core/facts.ts';
import type { Tools } from '../../src/core/words.ts';
import { compileExpression } from '../../src/permit/expression.ts';
import { Budget, MOST_STEPS, OverBudget } from '../../src/permit/expression-budget.ts';
import { language } from '../../src/permit/expression-language.ts';
import { when } from '../../src/permit/when.ts';

type Outcome = boolean | 'undecided' | 'over budget';

function evaluated(text: string, user: Facts['user'], budget = new Budget()): Outcome {
  const evaluate = compileExpression(text);
  if (typeof evaluate === 'string') throw new Error(`${text}: ${evaluate}`);
  try {
    return evaluate({ user, params: {}, request: {} }, budget);
  } catch (error) {
    return error instanceof OverBudget ? 'over budget' : 'undecided';
  }
}

/** How many steps an expression takes, up to all of them. */
function steps(text: string, user: Facts['user']): number {
  const budget = new Budget();
  evaluated(text, user, budget);
  return MOST_STEPS - Math.max(budget.left, 0);
}

const groups = Array.from({ length: 2_700 }, () => 'a');
const long = 'a'.repeat(14_000);

t.test('what rules ask of ordinary callers stays far below the budget', async (t) => {
  const ordinary: [string, Outcome][] = [
    ['user.groups.exists(g, g == "staff")', false],
    ['user.groups.exists(g, g.glob("team-*"))', false],
    ['"staff" in user.groups', false],
    ['user.groups.all(g, g.startsWith("a")) && size(user.groups) == 2700', true],
    ['user.few.exists(g, user.few.exists(h, g + h == "zz"))', false],
    ['user.text.contains("b") || user.text.endsWith("b") || user.text.glob("*b*")', false],
    ['user.username == "ada" && user.groups[0] == "a"', true],
  ];
  const user = { username: 'ada', groups, few: groups.slice(0, 60), text: long };
  for (const [text, outcome] of ordinary) {
    t.equal(evaluated(text, user), outcome, text);
    t.ok(steps(text, user) < MOST_STEPS / 2, `${steps(text, user)} steps`);
  }
});

t.test('what grows with what a caller sends is ended', async (t) => {
  const user = { groups, text: long, lists: groups.map((name) => [name]), digits: '1'.repeat(14_000) };
  const costly = [
    'user.groups.exists(a, user.groups.exists(b, a.glob("*" + b + "*x*y*z*")))',
    'user.groups.all(a, user.groups.all(b, a == b))',
    'user.groups.exists_one(a, user.groups.exists_one(b, a == b))',
    'user.groups.map(a, user.groups.filter(b, a != b)) == []',
    // Failures are caught, and the loop goes on.
    'user.groups.exists(a, user.groups.exists(b, a.missing == b))',
    'user.groups.exists(a, a.x == 1 || a.y == 1 || a.z == 1)',
    'user.groups.exists(a, user.missing == a)',
    'user.groups.exists(a, user.text.contains("aaab"))',
    'user.groups.exists(a, user.text.size() == 1)',
    'user.groups.exists(a, user.text.split("") == [a])',
    'user.groups.exists(a, user.groups.join(user.text) == a)',
    'user.groups.exists(a, user.groups + user.groups == [a])',
    'user.groups.exists(a, a in user.groups.map(b, b + "x"))',
    'user.groups.exists(a, [a] in user.lists)',
    'user.groups.exists(a, user.lists == user.lists.map(l, l))',
    'user.groups.exists(a, timestamp("2026-01-01T00:00:00Z").getHours("Europe/Berlin") == 99)',
    'user.text.contains(user.text + "b")',
    'user.text.lastIndexOf(user.text.substring(7000) + "b") == 1',
    'duration(user.digits) == duration("1s")',
    'cel.bind(a, user.text + user.text, cel.bind(b, a + a, cel.bind(c, b + b, cel.bind(d, c + c, size(d + d) > 1))))',
  ];
  const before = process.cpuUsage();
  for (const text of costly) t.equal(evaluated(text, user), 'over budget', text);
  const { user: spent } = process.cpuUsage(before);
  // Unbounded, several of them take seconds or minutes each.
  t.ok(spent < costly.length * 250_000, `${spent} µs of CPU`);
});

t.test('an expression that may not go on says neither yes nor no, whatever catches the end', async (t) => {
  const nested = 'user.groups.exists(a, user.groups.exists(b, a != b))';
  for (const text of [
    `${nested} || true`,
    `!(${nested})`,
    `${nested} ? true : true`,
    `has(user.groups) && (${nested} || true)`,
    '[1, 2].exists(x, user.groups.exists(a, user.groups.size() > 1 && user.groups == [a]) || true)',
  ])
    t.equal(evaluated(text, { groups }), 'over budget', text);
  t.equal(evaluated(`true || ${nested}`, { groups }), true, 'nothing else had to be asked');
});

t.test('the expressions of a request share its budget, and the log says that it is spent', async (t) => {
  const text = 'user.groups.all(a, user.few.all(b, a == b))';
  const made = when.create({ when: text }, { report: t.fail } as unknown as Tools);
  const user = { groups, few: groups.slice(0, 2) };
  const exchange = { facts: { user, params: {}, request: {} } } as unknown as Matched;
  const truths = [1, 2, 3, 4].map(() => made.permits(exchange).truth);
  t.same([truths[0], truths.at(-1)], [true, 'undecided']);
  t.match(made.permits(exchange).reason, /^takes more than 100000 steps/);
});

t.test('each operator and function is charged for the size of what it reads', async (t) => {
  const few = { list: groups.slice(0, 2), other: groups.slice(0, 2), text: 'aa', map: { a: 1 } };
  const many = {
    list: groups,
    other: groups,
    text: long,
    map: Object.fromEntries(groups.map((name, index) => [name + index, 1])),
  };
  for (const text of [
    'user.list == user.other',
    'user.list != user.other',
    '"b" in user.list',
    'user.map == {"b": 1}',
    'user.list + user.other == []',
    'user.text + user.text == "b"',
    'user.text < "b"',
    'user.text >= "b"',
    'user.text == "b"',
    'user.text.contains("b")',
    'user.text.startsWith("b")',
    'user.text.endsWith("b")',
    'user.text.indexOf("b") == 1',
    'user.text.lowerAscii() == "b"',
    'user.text.trim() == "b"',
    'user.text.substring(1) == "b"',
    'user.text.split("b") == []',
    'user.text.size() == 1',
    'size(user.text) == 1',
    'user.text.glob("b*")',
    'bytes(user.text) == b"b"',
    'bytes(user.text).hex() == "b"',
    'user.list.join() == "b"',
    'user.list.exists(a, a == "b")',
    'user.list.all(a, a == "a")',
    'user.map.exists(key, key == "b")',
    'user.list.map(a, a) == []',
    'user.list.filter(a, a == "b") == []',
  ]) {
    const [small, large] = [steps(text, few), steps(text, many)];
    t.ok(large > small + 500, `${text}: ${small}, then ${large}`);
  }
});

t.test('a field that is not read costs nothing', async (t) => {
  const huge = Array.from({ length: 200_000 }, (_, index) => index);
  t.equal(evaluated('user.plan == "gold"', { plan: 'gold', huge }), true);
  t.equal(evaluated('user["plan"] == "gold" && "plan" in user', { plan: 'gold', huge }), true);
  t.equal(evaluated('size(user.huge) > 1', { huge }), 'over budget');
  t.equal(evaluated('user.exists(key, key == "x")', { huge }), 'over budget');
});

t.test('a field in a field in a field has an end', async (t) => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
  t.equal(evaluated('user.deep == user.deep', { deep: nested(8) }), true);
  t.equal(evaluated('user.deep == user.deep', { deep: nested(9) }), 'undecided');
});

t.test('counting changes no answer', async (t) => {
  const leaf = fc.constantFrom(
    'user.n',
    'user.list',
    'user.text',
    'user.missing',
    '1',
    '"a"',
    '["a", "b"]',
    'x',
    'true',
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc
        .tuple(tie('expression'), fc.constantFrom('==', '!=', '<', 'in', '+', '&&', '||'), tie('expression'))
        .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      fc
        .tuple(
          tie('expression'),
          fc.constantFrom('exists', 'all', 'exists_one', 'map', 'filter'),
          tie('expression'),
        )
        .map(([list, macro, body]) => `${list}.${macro}(x, ${body})`),
      tie('expression').map((inner) => `!(${inner})`),
      tie('expression').map((inner) => `size(${inner})`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} ? ${b} : ${a})`),
    ),
  }));
  const user = { n: 3n, list: ['a', 'b', 'c'], text: 'abc' };
  let compared = 0;
  fc.assert(
    fc.property(expression, (text) => {
      if (typeof compileExpression(text) === 'string') return;
      let plain: Outcome;
      try {
        const value: unknown = language.evaluate(text, { user: new Map(Object.entries(user)) });
        plain = typeof value === 'boolean' ? value : 'undecided';
      } catch {
        plain = 'undecided';
      }
      compared++;
      return evaluated(text, { ...user, n: 3 }) === plain;
    }),
    { numRuns: 3_000 },
  );
  t.ok(compared > 100, `${compared} of them could be compiled`);
});

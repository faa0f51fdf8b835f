import t from 'tap';
import type { Facts } from '../../src/core/facts.ts';
import { compileExpression } from '../../src/permit/expression.ts';

const facts: Facts = {
  user: {
    id: '7',
    username: 'Zoë',
    n: 3,
    f: 2.5,
    yes: true,
    is_vip: 1,
    groups: ['a', 'b'],
    nums: [1, 2, 3],
    org: { name: 'x', 'k-y': 1, seats: 12 },
    nothing: null,
    big: Number.MAX_SAFE_INTEGER,
  },
  params: { id: '7' },
  request: { method: 'GET', path: '/books/1', host: 'a.test', address: '192.0.2.1', id: 'r' },
};

function result(text: string, given: Facts = facts): boolean | string {
  const evaluate = compileExpression(text);
  if (typeof evaluate === 'string') return `refused: ${evaluate}`;
  try {
    return evaluate(given);
  } catch {
    return 'undecided';
  }
}

/** What the language definition says of each, by section. */
const vectors: Record<string, string> = {
  arithmetic: `
    1 + 2 == 3
    7 / 2 == 3
    -7 / 2 == -3
    7 % 3 == 1
    -7 % 3 == -1
    -(3) == -3
    2 * 3 - 1 == 5
    2 + 3 * 4 == 14
    1u + 2u == 3u
    1.5 + 1.5 == 3.0
    1.0 / 0.0 > 1.0
    9223372036854775807 > 0
    "a" + "b" == "ab"
    [1] + [2] == [1, 2]
    undecided: 1 / 0 == 0
    undecided: 1 % 0 == 0
    undecided: 9223372036854775807 + 1 > 0
    undecided: 1u - 2u == 0u`,
  'the record, whose integers are int': `
    user.n + 1 == 4
    user.n * 2 > 5
    user.n % 2 == 1
    user.n / 2 == 1
    -user.n == -3
    user.nums[0] + 1 == 2
    user.org.seats - 2 == 10
    user.nums[user.n - 1] == 3
    user.nums.map(x, x * 2) == [2, 4, 6]
    user.big == 9007199254740991
    user.f + 0.5 == 3.0
    user.f > 2
    user.n < 3.5
    user.n == 3.0
    user.n in [3]`,
  comparisons: `
    1 < 2
    2 >= 2
    2 > 1.5
    "a" < "b"
    "10" < "9"
    b"ab" == b"ab"
    false: [1, 2] == [2, 1]
    {"a": 1} == {"a": 1}
    null == null
    user.nothing == null
    user.groups == ["a", "b"]
    1 != 2
    user.is_vip == 1
    false: user.yes == 1
    undecided: user.n < "a"
    undecided: user.id < 8
    undecided: user.missing == null
    undecided: user.missing != 1
    timestamp("2026-01-01T00:00:00Z") < timestamp("2027-01-01T00:00:00Z")
    duration("1h") > duration("59m")`,
  'in and has': `
    "a" in user.groups
    false: "z" in user.groups
    !("z" in user.groups)
    "id" in user
    false: "missing" in user
    2 in user.nums
    has(user.org.name)
    has(user.nothing)
    false: has(user.org.other)
    false: has(user.missing)
    undecided: has(user.missing.deep)
    undecided: "Z" in user.username`,
  'maps and lists': `
    user["username"] == "Zoë"
    user.org["k-y"] == 1
    user.groups[0] == "a"
    {"a": {"b": 1}}.a.b == 1
    size(user.groups) == 2
    user.groups.size() == 2
    size({"a": 1}) == 1
    undecided: user.groups[2] == "a"
    undecided: user.groups[-1] == "a"
    undecided: user.org["missing"] == 1`,
  strings: `
    "hello".startsWith("he")
    "hello".endsWith("lo")
    "hello".contains("ell")
    request.path.startsWith("/books/")
    false: "hello".startsWith("lo")
    size("Zoë") == 3
    size("😀") == 1
    user.username.size() == 3
    r"\\d" == "\\\\d"
    "\\u00eb" == "ë"
    "hello".glob("h*o")
    false: "hello".glob("h?o")`,
  'conversions and types': `
    int("5") == 5
    int(user.id) == 7
    string(user.n) == "3"
    double(user.n) / 2.0 == 1.5
    bool("true")
    type(1) == int
    undecided: int("x") == 5`,
  'logic with errors': `
    true || user.missing == 1
    user.missing == 1 || true
    false: false && user.missing == 1
    false: user.missing == 1 && false
    undecided: user.missing == 1 || false
    undecided: true && user.missing == 1
    undecided: !(user.missing == 1)
    undecided: !user.missing
    true ? true : user.missing == 1
    false: true ? false : true
    undecided: user.missing == 1 ? true : true
    user.yes && user.is_vip == 1
    undecided: user.yes && user.username`,
  comprehensions: `
    user.nums.all(x, x > 0)
    false: user.nums.all(x, x > 1)
    user.nums.exists(x, x > 2)
    user.nums.exists_one(x, x > 2)
    false: user.nums.exists_one(x, x > 1)
    user.nums.filter(x, x > 1) == [2, 3]
    user.nums.map(x, x > 1, x) == [2, 3]
    user.org.exists(k, k == "name")
    [].all(x, false)
    false: [].exists(x, true)
    [1, 2].exists(x, 1 / (x - 1) == 1)
    undecided: [1, 2].all(x, 1 / (x - 1) > 0)
    user.nums.exists(x, user.nums.exists(y, x < y))
    user.nums.filter(x, x > 1).map(x, x * 2).exists(x, x == 6)`,
};

for (const [section, lines] of Object.entries(vectors)) {
  t.test(`the language's core: ${section}`, async (t) => {
    for (const line of lines.trim().split('\n')) {
      const [, expected, text = ''] = /^\s*(?:(false|undecided): )?(.*)$/.exec(line) ?? [];
      t.equal(result(text), expected === undefined ? true : expected === 'false' ? false : expected, text);
    }
  });
}

t.test('what is refused when the file loads, and why', async (t) => {
  const refused: [string, RegExp][] = [
    ['', /empty/],
    [' \n ', /empty/],
    ['user.id.matches("7")', /matches/],
    ['user.groups.exists(g, g.matches("a+"))', /matches/],
    ['[1].exists(x, [2].all(y, [3].exists_one(z, z > y)))', /nested comprehensions/],
    ['[1].map(x, [2].filter(y, [3].map(z, z) == [y])) == []', /nested comprehensions/],
    ['[1].map(x, 1).exists(x, [2].exists(y, [3].all(z, z > y)))', /nested comprehensions/],
    [`user.id == "${'x'.repeat(1_000)}"`, /1013 characters/],
    ['user.yes', /type dyn/],
    ['user', /type map/],
    ['1', /type int/],
    ['"true"', /type string/],
    ['user.nums.map(x, x)', /type list/],
    ['nobody == 1', /Unknown variable: nobody/],
    ['constructor == 1', /Unknown variable: constructor/],
    ['globalThis == 1', /Unknown variable: globalThis/],
    ['unknown(1)', /unknown/],
    ['1 == "1"', /no such overload/],
    ['true == 1', /no such overload/],
    ['has(user)', /has\(\)/],
    ['1 +', /EOF/],
    ['user.id = "7"', /./],
    ['user.id == "7"; true', /./],
    ['user.id == `7`', /./],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, /./],
  ];
  for (const [text, reason] of refused) {
    const made = compileExpression(text);
    t.type(made, 'string', text.slice(0, 60));
    t.match(made, reason);
    t.notMatch(made, /\n/, 'one line');
  }
  t.type(compileExpression(`user.id == "${'x'.repeat(987)}"`), 'function', '1000 characters');
});

t.test('nothing of JavaScript can be reached', async (t) => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
  for (const root of ['user', 'params', 'request', 'user.org']) {
    for (const name of names) {
      t.equal(result(`${root}.${name} == null`), 'undecided', `${root}.${name}`);
      t.equal(result(`${root}["${name}"] == null`), 'undecided');
      t.equal(result(`has(${root}.${name})`), false);
      t.equal(result(`"${name}" in ${root}`), false);
    }
  }
  for (const text of [
    'user.groups.length == 2',
    'user.username.length == 3',
    'user.org.constructor.name == "Object"',
  ])
    t.equal(result(text), 'undecided', text);
  t.match(result('user.constructor("return 1")() == 1'), /^refused/);
  t.match(result('user.toString() == ""'), /^refused|undecided/);
});

t.test('a field of that name in the record is a field like any other', async (t) => {
  const odd = {
    ...facts,
    user: JSON.parse('{"constructor": 1, "toString": "x"}') as Record<string, unknown>,
  };
  t.equal(result('user.constructor == 1 && user.toString == "x"', odd), true);
});

/** What people who think in Python or SQL write, and what the language has for it. */
const OPERATORS: Record<string, string> = { and: '&&', or: '||', not: '!', '=': '==', is: '==' };

const SENTENCES: [RegExp, (...found: string[]) => string][] = [
  [/^Unexpected token: EOF/, () => 'the expression ends too early'],
  [
    /^Expected (\w+), got (\w+)/,
    (token, got) => `${TOKENS[token] ?? token} is missing ${got === 'EOF' ? 'at the end' : 'here'}`,
  ],
  [/^Unterminated string/, () => 'this quote is not closed'],
  [
    /^Unknown variable: (\w+)/,
    (name) => `there is no "${name}": an expression reads user, params and request`,
  ],
  [/^Unexpected character: '?(.)/, (character) => `"${character}" is not understood here`],
  [/^Unexpected token: (\S+)/, (token) => `"${token}" is not understood here`],
  [
    /is of type (\w+);/,
    (type) =>
      type === 'dyn'
        ? "a value alone is no condition: compare it, as in 'user.is_vip == 1'"
        : `the expression gives a value of type ${type}, and must give a bool: compare it with something`,
  ],
  [/^no such overload: (.+)/, (types) => `these types cannot be combined: ${types}`],
  [/^found no matching overload for '(.+)'/, (call) => `there is no function ${call}`],
];

const TOKENS: Record<string, string> = {
  RPAREN: '")"',
  RBRACKET: '"]"',
  RBRACE: '"}"',
  COLON: '":"',
  IDENTIFIER: 'a name',
};

/** A problem of an expression in words for people; `at` is where in `text` it was seen. */
export function inWords(problem: string, text: string, at: number | undefined): string {
  const operator = at === undefined ? undefined : operatorAt(text, at);
  if (operator && problem.startsWith('Unexpected character'))
    return `"${operator}" is not an operator here: write "${OPERATORS[operator]}"`;
  for (const [pattern, sentence] of SENTENCES) {
    const found = pattern.exec(problem);
    if (found) return sentence(...found.slice(1));
  }
  return problem;
}

/** What stands at `at`, or the word before it, where another language has an operator. */
function operatorAt(text: string, at: number): string | undefined {
  const there = /^[a-z]+/.exec(text.slice(at))?.[0] ?? text[at];
  const before = /([a-z]+)\s+$/.exec(text.slice(0, at))?.[1];
  return [there, before].find((word) => word !== undefined && Object.hasOwn(OPERATORS, word));
}

/**
 * Header lines, name and value in turn, with all their `Vary` in one: each name once, in the order in which they were
 * said, or `*` alone (RFC 9110 §12.5.5).
 */
export function withOneVary(lines: readonly string[]): string[] {
  const others: string[] = [];
  const names = new Map<string, string>();
  for (let at = 0; at < lines.length; at += 2) {
    const [name = '', value = ''] = [lines[at], lines[at + 1]];
    if (name.toLowerCase() !== 'vary') others.push(name, value);
    else for (const one of value.split(',').map((text) => text.trim())) keep(names, one);
  }
  if (names.size > 0) others.push('vary', names.has('*') ? '*' : [...names.values()].join(', '));
  return others;
}

function keep(names: Map<string, string>, name: string): void {
  const lower = name.toLowerCase();
  if (name !== '' && !names.has(lower)) names.set(lower, name);
}

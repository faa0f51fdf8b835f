/** Takes steps from a budget, and throws when it is spent. */
export type Spend = (steps: number) => void;

/** Charges for an operator or function before it is applied to its operands. */
type Charge = (spend: Spend, first: unknown, second: unknown) => void;

const CHARACTERS = 16;
/** Looking up the rules of a time zone. */
const TIME_ZONE = 1_500;
/** The library reads durations with a regular expression whose work grows with the cube of the length. */
const LONGEST_DURATION = 64;
/** Elements that are lists or maps themselves are compared by rules that are looked up each time. */
const COMPARED = 60;

const free: Charge = () => {};

/** Both operands are read from end to end. */
const both: Charge = (spend, first, second) => {
  look(spend, first);
  look(spend, second);
};

const OPERATORS: Readonly<Record<string, Charge>> = {
  '==': both,
  '!=': both,
  in: (spend, value, among) => (among instanceof Map ? spend(1) : both(spend, value, among)),
  '+': (spend, first, second) => spend(sizeOf(first) + sizeOf(second)),
  '<': (spend, first) => spend(sizeOf(first)),
  '<=': (spend, first) => spend(sizeOf(first)),
  '>': (spend, first) => spend(sizeOf(first)),
  '>=': (spend, first) => spend(sizeOf(first)),
  comprehension: (spend, items) => spend(sizeOf(items)),
};

/** By name; operands are the receiver, if any, and the arguments. */
const FUNCTIONS: Readonly<Record<string, (spend: Spend, operands: readonly unknown[]) => void>> = {
  // Characters beyond the basic plane count as one, so each is looked at.
  size: (spend, [value]) => spend(textLength(value) / 4),
  contains: search,
  indexOf: search,
  lastIndexOf: search,
  glob: search,
  split: search,
  join: (spend, [list, between]) => {
    look(spend, list);
    spend(Array.isArray(list) ? (list.length * textLength(between)) / CHARACTERS : 0);
  },
  duration: (spend, [text]) => {
    const length = textLength(text);
    spend(length > LONGEST_DURATION ? Number.POSITIVE_INFINITY : 10 + length ** 3 / 250);
  },
};

/** What applying the operator of a node costs, as its operands turn out. */
export function chargeOf(op: string, args: unknown): Charge {
  if (op !== 'call' && op !== 'rcall') return OPERATORS[op] ?? free;
  const name = String((args as unknown[])[0]);
  const own = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return (spend, operands) => {
    const given = operands as readonly unknown[];
    if (own) own(spend, given);
    else if (name.startsWith('get') && given.length > 1) spend(TIME_ZONE);
    else for (const operand of given) spend(sizeOf(operand));
  };
}

/** In the worst case each character of the text is compared with each of the other. */
function search(spend: Spend, [text, wanted]: readonly unknown[]): void {
  spend((textLength(text) * Math.max(textLength(wanted), 1)) / CHARACTERS);
}

function textLength(value: unknown): number {
  return typeof value === 'string' ? value.length : 0;
}

/** Elements, or characters in sixteens. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length / CHARACTERS;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : 0;
}

/** Spends what it costs to look at all of a value. */
export function look(spend: Spend, value: unknown): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) {
    spend(1 + sizeOf(value));
    return;
  }
  spend(COMPARED);
  for (const item of value instanceof Map ? value.values() : Object.values(value)) look(spend, item);
}

const COLOURS = { dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
type Colour = keyof typeof COLOURS;
type Paint = (colour: Colour, text: string) => string;

const plain: Paint = (_, text) => text;
const coloured: Paint = (colour, text) => `\u001b[${COLOURS[colour]}m${text}\u001b[0m`;

type Fields = Readonly<Record<string, string>>;

/** What a terminal would obey stays escaped, as it is in JSON. */
function shown(value: unknown): string {
  const text = JSON.stringify(value).replace(
    /[\u007f-\u009f]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return typeof value === 'string' ? text.slice(1, -1) : text;
}

/**
 * A line of the log for people: the time of day, the level, then what happened. A request has columns: status,
 * duration, method and path, the route and the user, and for a refusal its code and reason.
 */
export function prettier(colours: boolean): (line: string) => string {
  const paint = colours ? coloured : plain;
  return (line) => {
    const parsed = Object.entries(JSON.parse(line) as object);
    const fields: Fields = Object.fromEntries(parsed.map(([name, value]) => [shown(name), shown(value)]));
    const { time = '', level = '' } = fields;
    const text = fields.msg === 'request' ? request(fields, paint) : event(fields, paint);
    return `${paint('dim', time.slice(11, 23))} ${paint(colourOf(level), level.padEnd(5))} ${text}\n`;
  };
}

function colourOf(level: string): Colour {
  if (level === 'info') return 'cyan';
  return level === 'warn' ? 'yellow' : 'red';
}

function request(fields: Fields, paint: Paint): string {
  const { status, duration_ms, method, host, path, route, user, code, reason, place, decision } = fields;
  const number = Number(status);
  const colour = number === 0 || number >= 500 ? 'red' : number >= 400 ? 'yellow' : 'green';
  const who = user === undefined ? '' : ` as ${user}`;
  const why = code === undefined ? '' : ` ${paint('yellow', code)}: ${reason}`;
  const where = place === undefined ? '' : paint('dim', ` (${place})`);
  const to = route === undefined ? decision : `${decision} ${route}`;
  return [
    paint(colour, number === 0 ? '---' : String(status)),
    paint('dim', `${duration_ms} ms`.padStart(11)),
    ` ${(method ?? '').padEnd(6)} ${host}${path}`,
    paint('dim', ` ${to}${who}`),
    `${why}${where}`,
  ].join('');
}

function event(fields: Fields, paint: Paint): string {
  const rest = Object.entries(fields)
    .filter(([name]) => !['level', 'time', 'msg'].includes(name))
    .map(([name, value]) => paint('dim', `${name}=${value}`));
  return [fields.msg, ...rest].join(' ');
}

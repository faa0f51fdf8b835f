export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

export interface SubstituteTools {
  env: Environment;
  report(message: string): void;
  /** Told of every value that was put in, so that it can be kept out of messages. */
  conceal(value: string, shown: string): void;
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a value. A name that is unset or empty, without a default, is
 * reported; the values themselves never are.
 */
export function substitute(text: string, { env, report, conceal }: SubstituteTools): string {
  if (!text.includes('${')) return text;
  return text.replace(REFERENCE, (whole, inside: string) => {
    const [, name = '', otherwise] = NAME.exec(inside) ?? [];
    if (name === '') {
      report(`"${whole}" names no variable: write \${NAME} or \${NAME:-default}`);
      return '';
    }
    const value = env[name] || otherwise;
    if (value === undefined) {
      report(
        `the environment variable ${name} is ${env[name] === '' ? 'empty' : 'not set'}, and there is no default (\${${name}:-…})`,
      );
      return '';
    }
    conceal(value, `\${${name}}`);
    return value;
  });
}

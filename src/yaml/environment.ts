/** The variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

export interface SubstituteTools {
  /** Undefined where the file is checked for a machine with other variables than this one. */
  env: Environment | undefined;
  report(message: string): void;
  /** Told of every value that was put in, so that it can be kept out of messages. */
  conceal(value: string, shown: string): void;
}

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a value. A name that is unset or empty, without a default, is
 * reported; the values themselves never are. Undefined for a text that cannot be known without the environment.
 */
export function substitute(text: string, { env, report, conceal }: SubstituteTools): string | undefined {
  if (!text.includes('${')) return text;
  let known = true;
  const substituted = text.replace(REFERENCE, (whole, inside: string) => {
    const [, name = '', otherwise] = NAME.exec(inside) ?? [];
    if (name === '') {
      known = false;
      report(`"${whole}" names no variable: write \${NAME} or \${NAME:-default}`);
      return '';
    }
    const value = env?.[name] || otherwise;
    if (value === undefined) {
      known = false;
      if (!env) return '';
      report(
        `the environment variable ${name} is ${env[name] === '' ? 'empty' : 'not set'}, and there is no default (\${${name}:-…})`,
      );
      return '';
    }
    conceal(value, `\${${name}}`);
    return value;
  });
  return known ? substituted : undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{([^}]*)\}/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Replaces `${NAME}` and `${NAME:-default}` in a value. A name that is unset or empty, without a default, is
 * reported; the values themselves never are.
 */
export function substitute(text: string, env: Environment, report: (message: string) => void): string {
  if (!text.includes('${')) return text;
  return text.replace(REFERENCE, (whole, inside: string) => {
    const [, name = '', otherwise] = NAME.exec(inside) ?? [];
    if (name === '') {
      report(`${whole} is no variable: write \${NAME} or \${NAME:-default}`);
      return '';
    }
    const value = env[name] || otherwise;
    if (value === undefined)
      report(`the environment variable ${name} is not set, and there is no default (\${${name}:-…})`);
    return value ?? '';
  });
}

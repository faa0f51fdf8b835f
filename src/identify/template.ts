import { type Facts, REQUEST_FACTS } from '../core/facts.ts';
import { isMap } from '../core/is-map.ts';
import { Opaque } from '../core/opaque.ts';
import type { HeaderTemplate } from '../core/rules.ts';
import { suggestion } from '../core/suggest.ts';
import type { Unshown } from './unshown.ts';

/** What a template may name first. */
const ROOTS = ['user', 'params', 'request'] as const;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

type Piece = string | readonly string[];

/**
 * Compiles `{user.id}`, `id={user.id};name={user.username}`; `{{` and `}}` are braces. An error is a sentence for
 * the operator. The header is absent when a name in it is missing, null, an object or opaque.
 */
export function compileTemplate(name: string, text: string, unshown: Unshown): HeaderTemplate | string {
  const pieces = parse(text);
  if (typeof pieces === 'string') return pieces;
  return {
    name,
    ofUserOnly: pieces.every((piece) => typeof piece === 'string' || piece[0] === 'user'),
    params: pieces.flatMap((piece) =>
      typeof piece !== 'string' && piece[0] === 'params' ? (piece[1] ?? []) : [],
    ),
    render(context) {
      let value = '';
      for (const piece of pieces) {
        const part = typeof piece === 'string' ? piece : show(piece, valueAt(context, piece));
        if (part === undefined) return undefined;
        value += part;
      }
      return value;
    },
  };

  function show(path: readonly string[], value: unknown): string | undefined {
    return unshown.has(name, path.join('.'), value) ? undefined : textOf(value);
  }
}

/**
 * A JSON object of chosen attributes of the user, in ASCII. Absent and opaque attributes are left out, and so is an
 * empty object.
 */
export function compileObject(name: string, attributes: readonly string[], unshown: Unshown): HeaderTemplate {
  return {
    name,
    ofUserOnly: true,
    render({ user }) {
      const chosen = attributes.filter(
        (key) => user[key] !== undefined && !unshown.has(name, `user.${key}`, user[key]),
      );
      if (chosen.length === 0 || user.id === undefined) return undefined;
      return asciiJson(Object.fromEntries(chosen.map((key) => [key, user[key]])));
    },
  };
}

function parse(text: string): Piece[] | string {
  const pieces: Piece[] = [];
  for (const [token] of text.matchAll(/\{\{|\}\}|\{[^{}]*\}|[^{}]+|[{}]/g)) {
    if (token === '{{') pieces.push('{');
    else if (token === '}}') pieces.push('}');
    else if (token === '{' || token === '}')
      return `a "${token}" stands alone; write it twice to mean the brace itself`;
    else if (!token.startsWith('{')) {
      if (!/^[\x20-\x7e\t]*$/.test(token)) return 'the text of a header is visible ASCII';
      pieces.push(token);
    } else {
      const path = token.slice(1, -1).trim();
      if (!NAME.test(path))
        return `"${token}" is no name: write {user.id}, {user.username}, {params.…} or {request.…}`;
      const names = path.split('.');
      if (!ROOTS.some((root) => root === names[0]))
        return `"${names[0]}" is unknown; a name begins with ${ROOTS.join(', ')}`;
      const [root, member = ''] = names;
      if (root === 'request' && !REQUEST_FACTS.some((known) => known === member))
        return `there is no request.${member}${suggestion(member, REQUEST_FACTS)}`;
      pieces.push(names);
    }
  }
  return pieces;
}

function valueAt(context: Facts, [root = '', ...names]: readonly string[]): unknown {
  let value: unknown = context[root as keyof Facts];
  for (const name of names) {
    // Lists have no names: `length` is JavaScript's.
    if (!isMap(value) || value instanceof Opaque || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return percentEncode(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map(textOf);
  return items.includes(undefined) ? undefined : items.map((item) => item?.replaceAll(',', '%2C')).join(',');
}

/** What is not visible ASCII, and `%` itself, as the percent-encoded bytes of UTF-8. */
export function percentEncode(text: string): string {
  if (/^[!-$&-~]*$/.test(text)) return text;
  const bytes = Buffer.from(text);
  let encoded = '';
  for (const byte of bytes) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

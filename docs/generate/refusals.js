import { REFUSALS, VERBS } from '../../dist/core/refusals.js';
import { cell, table } from './markdown.js';

const INTRO = `# Every refusal

Made from \`src/core/refusals.ts\` by \`npm run docs\`.

A refused request is answered with a status and, as JSON, \`{"detail": "…"}\`. The client reads no more than that; the
[access log](troubleshooting.md) has the \`step\`, the \`code\` from this page and a \`reason\`, under the request id that
the client has in \`X-Request-Id\`. Where a text has \`%s\`, something is filled in: the method, the wait, what is wrong
with a CSRF token. An authenticator or a permission with a text of its own puts that in the place of this one.`;

/** The page of all refusals, by step. */
export function refusals() {
  const sections = VERBS.map((verb) => {
    const rows = Object.entries(REFUSALS)
      .filter(([, refusal]) => refusal.verb === verb)
      .map(([code, { status, detail, meaning }]) => [`\`${code}\``, String(status), detail, cell(meaning)]);
    return rows.length === 0
      ? undefined
      : `## ${verb}\n\n${table(['code', 'status', 'what the client reads', 'what it means'], rows)}`;
  });
  return `${[INTRO, ...sections.filter(Boolean)].join('\n\n')}\n`;
}

import { parseDocument } from 'yaml';

/** Which transport requests take to servers: `auto`, or what TEST_TRANSPORT says. `npm test` runs some files over both. */
export const TRANSPORT = process.env.TEST_TRANSPORT === 'undici' ? 'undici' : 'auto';

/** Has every server among these upstreams reached by the transport under test. */
export function overTransport(upstreams: Record<string, unknown>): void {
  if (TRANSPORT === 'auto') return;
  for (const [name, upstream] of Object.entries(upstreams)) {
    const options = typeof upstream === 'string' ? { url: upstream } : (upstream as object);
    const isServer = 'url' in options || 'urls' in options;
    if (isServer && !('transport' in options)) upstreams[name] = { ...options, transport: TRANSPORT };
  }
}

/** The same of a file's text, which may lose its layout. */
export function textOverTransport(yaml: string): string {
  if (TRANSPORT === 'auto') return yaml;
  const document = parseDocument(yaml);
  const { upstreams } = document.toJS() as { upstreams?: Record<string, unknown> };
  if (!upstreams) return yaml;
  overTransport(upstreams);
  document.set('upstreams', upstreams);
  return document.toString();
}

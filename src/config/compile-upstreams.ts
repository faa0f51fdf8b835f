import type { Keep } from '../core/kept.ts';
import type { Upstream } from '../core/upstream.ts';
import { upstreamParts } from '../forward/index.ts';
import type { UpstreamPart } from '../forward/part.ts';
import type { Problems } from '../yaml/problems.ts';
import type { FileConfig, UpstreamConfig } from './schema.ts';

/** The file's upstreams by name. No connection is made before the first request. */
export function compileUpstreams(
  configured: FileConfig['upstreams'],
  keySet: () => string,
  problems: Problems,
  keep: Keep,
): ReadonlyMap<string, Upstream> {
  return new Map(
    Object.entries(configured).flatMap(([name, config]) => {
      const upstream = compileUpstream(name, config, { keySet, problems, keep });
      return upstream ? [[name, upstream] as const] : [];
    }),
  );
}

function compileUpstream(
  name: string,
  config: UpstreamConfig,
  { keySet, problems, keep }: { keySet: () => string; problems: Problems; keep: Keep },
): Upstream | undefined {
  const options = typeof config === 'string' ? { url: config } : config;
  const type = 'type' in options && options.type !== undefined ? options.type : 'http';
  const part: UpstreamPart | undefined = upstreamParts.find((each) => each.name === type);
  return part?.create(options, {
    name,
    keySet,
    keep,
    report: (below, message) =>
      problems.on(['upstreams', name, ...below], message, below.length > 0 ? 'value' : 'key'),
  });
}

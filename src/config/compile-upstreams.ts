import { parseDuration } from '../core/duration.ts';
import type { Keep } from '../core/kept.ts';
import type { Upstream } from '../core/upstream.ts';
import { EchoUpstream } from '../forward/echo-upstream.ts';
import { HttpUpstream } from '../forward/http-upstream.ts';
import { JwksUpstream } from '../forward/jwks-upstream.ts';
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
    Object.entries(configured).map(
      ([name, config]) => [name, compileUpstream(name, config, keySet, problems, keep)] as const,
    ),
  );
}

function compileUpstream(
  name: string,
  config: UpstreamConfig,
  keySet: () => string,
  problems: Problems,
  keep: Keep,
): Upstream {
  if (typeof config === 'object' && 'type' in config) {
    return config.type === 'echo' ? new EchoUpstream(name) : new JwksUpstream(name, keySet);
  }
  const long = typeof config === 'string' ? { url: config } : config;
  if ((long.url === undefined) === (long.urls === undefined))
    problems.on(['upstreams', name], 'give either "url" or "urls"', 'key');
  const texts = long.urls ?? (long.url === undefined ? [] : [long.url]);
  const urls = texts.flatMap((text) => {
    if (URL.canParse(text)) return new URL(text);
    problems.on(['upstreams', name], 'this is not a URL');
    return [];
  });
  const options = {
    name,
    urls,
    connectMs: parseDuration(long.timeout?.connect ?? '2s') ?? 0,
    responseMs: parseDuration(long.timeout?.response ?? '30s') ?? 0,
    idleMs: parseDuration(long.timeout?.idle ?? '5m') ?? 0,
    concurrency: long.concurrency ?? 1_000,
  };
  return keep('upstream', options, () => new HttpUpstream(options));
}

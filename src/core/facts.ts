import type { Identity } from './identity.ts';

/** What expressions and header templates may read. */
export interface Facts {
  readonly user: Readonly<Record<string, unknown>>;
  /** Path parameters, percent-decoded once, as the upstream will read them. */
  readonly params: Readonly<Record<string, string>>;
  readonly request: Readonly<Record<string, unknown>>;
}

/** What facts are made of: an exchange. */
interface Source {
  readonly id: string;
  readonly method: string;
  readonly target: { readonly path: string };
  readonly host: string;
  readonly client: string;
  readonly params: Readonly<Record<string, string>>;
  readonly identity: Identity;
}

/** The members of `request`. */
export const REQUEST_FACTS = ['id', 'method', 'path', 'host', 'address'] as const;

/** The facts of a request, each made once, and only where something reads it. */
export class RequestFacts implements Facts {
  private readonly source: Source;
  private decoded: Record<string, string> | undefined;
  private described: Record<string, unknown> | undefined;

  constructor(source: Source) {
    this.source = source;
  }

  get user(): Facts['user'] {
    return this.source.identity.user;
  }

  /** The gate has made sure that every segment decodes. */
  get params(): Facts['params'] {
    this.decoded ??= Object.fromEntries(
      Object.entries(this.source.params).map(([name, raw]) => [name, decodeURIComponent(raw)]),
    );
    return this.decoded;
  }

  get request(): Facts['request'] {
    const { id, method, target, host, client } = this.source;
    this.described ??= { id, method, path: target.path, host, address: client };
    return this.described;
  }
}

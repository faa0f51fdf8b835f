/** A CORS preflight, answered here: neither refused nor forwarded. */
export class Preflight {
  readonly status = 204;
  readonly headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>>) {
    this.headers = headers;
  }

  body(): string {
    return '';
  }
}

/** The code of an error that Redis answered with, such as `WRONGTYPE` or `NOPERM`; undefined for any other error. */
export function replyCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return undefined;
  return /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
}

/** What may be said of a failed command: an error of the library may quote the command, and so the credential in its key. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code =
    replyCode(error) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined);
  return code ?? error.message.slice(0, 60);
}

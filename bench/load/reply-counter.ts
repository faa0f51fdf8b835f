const HEAD_END = '\r\n\r\n';

/** Finds the end of replies on one connection, where each has a Content-Length and one is under way at a time. */
export class ReplyCounter {
  private head = '';
  private left = -1;
  /** The status of the last reply whose head is complete. */
  status = 0;

  /** True when these bytes complete a reply. Throws where its length is not told. */
  read(bytes: Buffer): boolean {
    if (this.left >= 0) this.left -= bytes.length;
    else {
      this.head += bytes.toString('latin1');
      const end = this.head.indexOf(HEAD_END);
      if (end < 0) return false;
      const [, length] = /\r\ncontent-length:[ \t]*(\d+)/i.exec(this.head.slice(0, end)) ?? [];
      if (length === undefined) throw new Error('a reply has no Content-Length');
      this.status = Number(this.head.slice(9, 12));
      this.left = Number(length) - (this.head.length - end - HEAD_END.length);
      this.head = '';
    }
    if (this.left > 0) return false;
    if (this.left < 0) throw new Error('more bytes than the reply has');
    this.left = -1;
    return true;
  }
}

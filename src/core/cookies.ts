/** What servers cut off around names and values; a header may hold the last two as bytes. */
const BLANK = /^[\s\x85\xa0]+|[\s\x85\xa0]+$/g;

interface Cookie {
  name: string;
  value: string;
  /** As it stood between the semicolons. */
  text: string;
}

/** The cookies of a Cookie header, as lax servers read it: `name = value` is a cookie too (RFC 6265 §5.4). */
export function cookiesOf(header: string): Cookie[] {
  return header.split(';').map((text) => {
    const equals = text.indexOf('=');
    const [name, value] = equals === -1 ? ['', text] : [text.slice(0, equals), text.slice(equals + 1)];
    return { name: name.replace(BLANK, ''), value: value.replace(BLANK, ''), text };
  });
}

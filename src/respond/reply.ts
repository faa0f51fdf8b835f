import type { Reply } from '../core/decision.ts';
import { type Ending, type Exchange, Preflight } from '../core/exchange.ts';
import { withOneVary } from '../core/vary.ts';
import type { Speak } from './language.ts';

/**
 * Words a refusal, in the shape of Django REST framework's errors and in a language that the client reads, or an
 * answer of Postern's own.
 *
 * @param exchange undefined where no request could be read
 */
export function replyTo(ending: Ending, exchange: Exchange | undefined, speak: Speak): Reply {
  const { status } = ending;
  const headers = Object.entries(ending.headers).flat();
  let body = '';
  if (!(ending instanceof Preflight)) {
    const { translations, headers: ofLanguage } = speak(exchange?.headers['accept-language']);
    body = ending.body(translations);
    headers.push(...ofLanguage, 'content-type', 'application/json');
  }
  if (status !== 204) headers.push('content-length', String(Buffer.byteLength(body)));
  if (!exchange) return { status, headers, body };
  headers.push('x-request-id', exchange.id, ...exchange.replyHeaders);
  return { status, headers: withOneVary(headers), body };
}

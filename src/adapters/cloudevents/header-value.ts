import { badInput } from '../../lib/error.ts';

/**
 * Decodes a header that contains an attribute (CloudEvents 1.0.2, HTTP binding, section 3.1.3.2). Removes quotes and
 * backslash escapes first, then percent-decodes once. Refuses characters that must be percent-encoded, and invalid
 * percent-encodings. Also refuses a header that was sent twice: Node joins the two values with a comma and a space, and
 * the joined value is not valid.
 * @throws AirlockError `bad-input` that names the header.
 */
export function headerValue(name: string, value: unknown): string {
  // The name of the header is safe to print, because HTTP allows no control characters in header names.
  if (typeof value !== 'string') throw badInput(name, 'this header was sent more than once');
  try {
    return decodeURIComponent(withoutQuotes(name, value));
  } catch (error) {
    if (error instanceof URIError) throw badInput(name, 'is not valid percent-encoded UTF-8');
    throw error;
  }
}

function withoutQuotes(name: string, value: string): string {
  const [, quoted] = /^"((?:[\t !\x23-\x5b\x5d-\x7e]|\\[\t -\x7e])*)"$/.exec(value) ?? [];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  if (/^[\x21\x23-\x7e]*$/.test(value)) return value;
  throw badInput(name, 'has characters that must be percent-encoded');
}

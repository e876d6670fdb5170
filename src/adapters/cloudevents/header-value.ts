import { badInput } from '../../lib/error.ts';

/**
 * Decodes the value of an attribute in a header (HTTP binding 3.1.3.2): first removes quotes, then percent-decodes
 * once. Refuses characters that must be percent-encoded, and percent-encoding of invalid UTF-8. Also refuses a header
 * that was sent twice, because HTTP joins the two values with a comma and a space.
 * @throws AirlockError `bad-input` that names the header.
 */
export function headerValue(name: string, value: unknown): string {
  // The error contains the header's name, which is safe to print: an HTTP token has no control characters.
  if (typeof value !== 'string') throw badInput(name, 'this header was sent more than once');
  try {
    return decodeURIComponent(unquoted(name, value));
  } catch (error) {
    if (error instanceof URIError) throw badInput(name, 'is not percent-encoded UTF-8');
    throw error;
  }
}

function unquoted(name: string, value: string): string {
  const [, quoted] = /^"((?:[\t !\x23-\x5b\x5d-\x7e]|\\[\t -\x7e])*)"$/.exec(value) ?? [];
  if (quoted !== undefined) return quoted.replaceAll(/\\(.)/g, '$1');
  if (/^[\x21\x23-\x7e]*$/.test(value)) return value;
  throw badInput(name, 'has characters that must be percent-encoded');
}

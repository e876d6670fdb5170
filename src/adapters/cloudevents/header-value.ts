import { badInput } from '../../lib/error.ts';

/**
 * The value of an attribute in a header (HTTP binding 3.1.3.2): a quoted string is unescaped first, then one round of
 * percent-decoding; bytes that are no UTF-8 are refused. A space or a character beyond ASCII that is not encoded is
 * refused too, and with it a header that is there twice, which HTTP joins by comma and space.
 * @throws AirlockError `bad-input` naming the header.
 */
export function headerValue(name: string, value: unknown): string {
  // Header names are tokens, which have nothing in them that could act on a reader.
  if (typeof value !== 'string') throw badInput(name, 'is there more than once');
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

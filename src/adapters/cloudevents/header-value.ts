import { badInput } from '../../lib/error.ts';

/**
 * Decodes the value of an attribute in a header (HTTP binding 3.1.3.2): a quoted string is unescaped first, then
 * percent-decoded once. Invalid UTF-8 is refused. A space or a character beyond ASCII must be encoded; this also refuses
 * a repeated header, whose values HTTP joins with a comma and a space.
 * @throws AirlockError `bad-input` that names the header.
 */
export function headerValue(name: string, value: unknown): string {
  // Header names are HTTP tokens, which contain no control characters, so quoting them is safe.
  if (typeof value !== 'string') throw badInput(name, 'repeated header');
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

import { badInput } from '../error.ts';
import { decodeUtf8 } from '../utf8.ts';

/**
 * Parses an untrusted body as JSON. A member named `__proto__` is refused, because code that copies this member can
 * change the prototype of an object.
 * @throws AirlockError `bad-input` if the body is refused. The message never quotes the body.
 */
export function strictJson(body: Uint8Array): unknown {
  const text = decode(body);
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw badInput('body', 'has a member named __proto__');
      return value;
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw badInput('body', 'is not JSON');
    if (error instanceof RangeError) throw badInput('body', 'is nested too deeply');
    throw error;
  }
}

function decode(body: Uint8Array): string {
  const text = decodeUtf8(body);
  if (text === undefined) throw badInput('body', 'is not UTF-8');
  return text;
}

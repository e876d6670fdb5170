import { badInput } from '../error.ts';
import { textOf } from '../utf8.ts';

/**
 * Parses bytes from a caller as JSON. It is strict: the bytes must be valid UTF-8, no member may have the name `__proto__`
 * (parsers disagree about it), and the nesting must not overflow the stack.
 * @throws AirlockError `bad-input`. The error quotes nothing of the body.
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
  const text = textOf(body);
  if (text === undefined) throw badInput('body', 'is not UTF-8');
  return text;
}

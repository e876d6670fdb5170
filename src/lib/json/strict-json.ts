import { badInput } from '../error.ts';
import { textOf } from '../utf8.ts';

/**
 * Parses untrusted bytes as JSON. Refuses bytes that are not valid UTF-8, members with the name `__proto__` (parsers
 * disagree about this name), and nesting that overflows the stack.
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

import { badInput } from './error.ts';
import { textOf } from './utf8.ts';

/**
 * JSON from a caller's bytes, strictly: UTF-8 without errors, no member called `__proto__` (which parsers treat in
 * different ways), not nested beyond what the stack carries.
 * @throws AirlockError `bad-input` that quotes nothing of the body.
 */
export function strictJson(body: Uint8Array): unknown {
  const text = decode(body);
  try {
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw badInput('body', 'has a member called __proto__');
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

import { toBase64 } from '../base64.ts';

/** Shortest encoded form that is searched for, in characters. A shorter one is in too many harmless texts. */
const shortestEncoded = 8;

/**
 * Returns a value and its forms in JSON, in URLs, and in base64 and base64url. A base64 text can contain more than the
 * value, as `user:password` in a header does. The value then begins at one of three places of a group of four
 * characters. So there are three forms, each without the characters that depend on what is before and after the value.
 */
export function encodingsOf(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const whole = toBase64(bytes);
  const inBase64 = [whole, whole.replace(/=+$/, ''), ...[0, 1, 2].map((offset) => insideBase64(bytes, offset))];
  const inUrl = encodeURIComponent(value.toWellFormed());
  const encoded = [
    ...inJson(value),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set([value, ...encoded.filter((text) => text.length >= shortestEncoded)])];
}

/** The forms of JavaScript, of Go (escapes `<`, `>` and `&`), of Python (escapes all but ASCII), and of PHP (also `/`). */
function inJson(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const inPython = plain.replace(/[\x7f-\uffff]/g, unicodeEscape);
  return [plain, plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape), inPython, inPython.replaceAll('/', '\\/')];
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function insideBase64(bytes: Uint8Array, offset: number): string {
  const shifted = new Uint8Array(offset + bytes.length);
  shifted.set(bytes, offset);
  return toBase64(shifted).slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
}

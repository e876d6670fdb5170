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
    JSON.stringify(value).slice(1, -1),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    inUrl.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ...inBase64,
    ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set([value, ...encoded.filter((text) => text.length >= shortestEncoded)])];
}

function insideBase64(bytes: Uint8Array, offset: number): string {
  const shifted = new Uint8Array(offset + bytes.length);
  shifted.set(bytes, offset);
  return toBase64(shifted).slice(Math.ceil((offset * 8) / 6), Math.floor((shifted.length * 8) / 6));
}

import { fromBase64url, toBase64url } from './base64url.ts';

/** Base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  const text = toBase64url(bytes).replaceAll('-', '+').replaceAll('_', '/');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** The bytes of base64, or undefined where the text is not the one way to write them: no two texts mean the same. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = fromBase64url(text.replace(/=*$/, '').replaceAll('+', '-').replaceAll('/', '_'));
  return bytes && toBase64(bytes) === text ? bytes : undefined;
}

import { base64, base64urlnopad, type BytesCoder } from '@scure/base';

/** Encodes bytes as base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** Encodes bytes as base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/**
 * Decodes base64 text. Returns undefined for a text that `toBase64` never returns. So two different texts never decode
 * to the same bytes.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  return decode(base64, text);
}

/** Decodes base64url text without padding. Returns undefined for a text that `toBase64url` never returns. */
export function fromBase64url(text: string): Uint8Array | undefined {
  return decode(base64urlnopad, text);
}

/**
 * Decodes a text. For invalid text, @scure/base throws an error that quotes the text. The text may be a secret, so this
 * function drops the error and returns undefined.
 */
function decode(coder: BytesCoder, text: string): Uint8Array | undefined {
  try {
    return coder.decode(text);
  } catch {
    return undefined;
  }
}

import { base64, base64urlnopad, type BytesCoder } from '@scure/base';

/** Base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** The bytes of base64 text. Undefined for text that is not their canonical form, so no two texts mean the same bytes. */
export function fromBase64(text: string): Uint8Array | undefined {
  return decoded(base64, text);
}

/** The bytes of base64url text without padding. Undefined for text that is not their canonical form. */
export function fromBase64url(text: string): Uint8Array | undefined {
  return decoded(base64urlnopad, text);
}

/** @scure/base throws for invalid text, with the text in its message. */
function decoded(coder: BytesCoder, text: string): Uint8Array | undefined {
  try {
    return coder.decode(text);
  } catch {
    return undefined;
  }
}

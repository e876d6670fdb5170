/**
 * Decodes UTF-8. The text keeps a byte order mark as its first character. Returns undefined if the bytes are not valid
 * UTF-8.
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

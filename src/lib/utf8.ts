/**
 * Decodes UTF-8. A byte order mark becomes a character of the text. Returns undefined if the bytes are not valid UTF-8.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

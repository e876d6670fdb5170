/** Returns the JSON pointer (RFC 6901) with these keys. The empty pointer means the whole document. */
export function jsonPointer(...keys: (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Returns the keys of a JSON pointer. An array index is returned as a text. */
export function keysOfJsonPointer(pointer: string): string[] {
  // `~1` must be replaced before `~0`, because `~01` means the key `~1`. In the other order `~01` would become `/`.
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The JSON pointer (RFC 6901) of these keys. No keys point to the whole document. */
export function jsonPointer(...keys: (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys of a JSON pointer. */
export function keysOfJsonPointer(pointer: string): string[] {
  // `~1` before `~0`: otherwise `~01`, which is the key `~1`, would become `/`.
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

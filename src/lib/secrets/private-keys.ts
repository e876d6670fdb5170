import type { FoundSecret } from './found-secret.ts';

// A PEM can be on one line, with `\n` in place of each line break. The rule private-key of gitleaks 8 has the same form.
const begin = /-----BEGIN[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/g;
const end = /-----END[ A-Z0-9_-]{0,60}PRIVATE KEY(?: BLOCK)?-----/g;
/** The characters between the two lines of a PEM, in either form. */
const bodyCharacter = /[A-Za-z0-9+/=\\\s]/;

/**
 * Finds the private keys in PEM. A key whose end is missing reaches to the end of the text. A key whose beginning is
 * missing begins where the base64 of its last line begins: the last lines of a log can begin inside a key.
 */
export function findPrivateKeys(text: string): FoundSecret[] {
  const ends = [...text.matchAll(end)].map((match) => match.index + match[0].length);
  const found: FoundSecret[] = [];
  let from = 0;
  for (const { index } of text.matchAll(begin)) {
    if (index < from) continue;
    from = ends.find((at) => at > index) ?? text.length;
    found.push({ start: index, end: from, what: 'private key' });
  }
  const [firstEnd] = ends;
  const [first] = found;
  if (firstEnd === undefined || (first && first.start < firstEnd)) return found;
  const lineAt = text.lastIndexOf('-----END', firstEnd);
  let start = lineAt;
  while (start > 0 && bodyCharacter.test(text[start - 1] ?? '')) start -= 1;
  return [{ start, end: firstEnd, what: 'private key' }, ...found];
}

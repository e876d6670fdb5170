/**
 * Control and format characters (such as bidirectional overrides and zero-width characters), line and paragraph
 * separators, lone surrogates, private-use and unassigned characters, every space except U+0020, variation selectors,
 * and characters that are displayed as nothing.
 */
const unsafeCharacters =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0\p{Variation_Selector}]/gu;

/**
 * Escapes untrusted text for one line of a terminal. A character that could act on the terminal or deceive the reader
 * (escape sequences, bidirectional overrides, zero-width characters) is replaced by its code point, such as `\u{202e}`.
 * A backslash is doubled, so untrusted text cannot imitate such a replacement.
 */
export function escapeForTerminal(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(unsafeCharacters, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

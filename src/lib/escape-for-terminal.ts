/**
 * Matches one unsafe character. These characters are unsafe:
 * - the Unicode categories control (Cc), format (Cf), lone surrogate (Cs), private use (Co), unassigned (Cn), line
 *   separator (Zl) and paragraph separator (Zp). Cf contains bidirectional overrides and zero-width spaces.
 * - every space except U+0020, and the blank Braille pattern.
 * - characters that a terminal may show as nothing, such as Hangul fillers and variation selectors.
 * - combining marks (M). A combining mark changes the character before the mark. Many combining marks on one character
 *   can cover the lines above and below.
 */
const unsafeCharacters =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\p{Default_Ignorable_Code_Point}\p{M}]/gu;

/**
 * Escapes untrusted text for one line of a terminal. Replaces each unsafe character by its code point, such as
 * `\u{202e}`. An unsafe character can control the terminal or deceive the reader. Each backslash is doubled, so
 * untrusted text cannot imitate a replaced character.
 */
export function escapeForTerminal(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(unsafeCharacters, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

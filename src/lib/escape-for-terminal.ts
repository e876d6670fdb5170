// Controls, formatting (bidi, zero width), line separators, lone surrogates, private use, unassigned, every space but
// U+0020, and letters that render as nothing.
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0\p{Variation_Selector}]/gu;

/**
 * Untrusted text on one line of a screen: what would act on a terminal or deceive a reader (escapes, bidi overrides,
 * zero-width characters) is shown as `\u{202e}`. A backslash is doubled, so that nothing can be mistaken for an escape.
 */
export function visible(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

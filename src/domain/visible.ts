// Controls, formatting (bidi, zero width), line separators, lone surrogates, private use, unassigned, every space but
// U+0020, and letters that render as nothing.
const unseen =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0\p{Variation_Selector}]/gu;

/**
 * Untrusted text on one line of a screen: what would act on a terminal or deceive a reader (escapes, bidi overrides,
 * zero-width characters) is shown as `\u{202e}`. A backslash is doubled, so that nothing can be mistaken for an escape.
 * @param limit longest text that is shown, in UTF-16 units before anything is made visible; the rest is an ellipsis.
 */
export function visible(text: string, limit = Number.POSITIVE_INFINITY): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut
    .replaceAll('\\', '\\\\')
    .replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

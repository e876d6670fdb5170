/** Joins alternatives into a phrase: `a`, `a or b`, `a, b or c`. Without alternatives, the phrase is empty. */
export function either(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? '';
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(', ')} or ${last}`;
}

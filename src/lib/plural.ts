/**
 * Returns a number and the noun in the right form: `1 alert`, `2 alerts`.
 * @param nouns the plural. By default, the noun and an `s`.
 */
export function plural(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}

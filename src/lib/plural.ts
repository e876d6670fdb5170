/** Returns a number with its noun: `1 alert`, `2 alerts`. @param nouns plural of the noun. */
export function plural(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : nouns}`;
}

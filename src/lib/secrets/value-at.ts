/** The place of a value in a text, without its quotes. */
export interface ValueSpan {
  start: number;
  end: number;
  isQuoted: boolean;
}

/** Longest value, in characters. */
const longest = 4_096;
/** A quote can be escaped, once or several times, because texts contain JSON that contains JSON. */
const openingQuote = /(\\{0,7})(["'`])/y;
/** An escaped line break, tab or quote ends the value too, because the text can be in JSON. */
const unquotedValue = /(?:[^\s"'`\\]|\\(?![nrt"'`])){1,4096}/y;
/** In `password=a,user=b`, `password=a&user=b` and `Pwd=a;Server=b` the separator ends the value. */
const nextAssignment = /[,;&][A-Za-z_][\w.%-]{0,60}[:=]/;

/** Returns the value that begins at `at`: a text in quotes, or a text up to the next space or separator. */
export function valueAt(text: string, at: number): ValueSpan | undefined {
  openingQuote.lastIndex = at;
  const quote = openingQuote.exec(text);
  if (quote) {
    const start = at + quote[0].length;
    return { start, end: closingQuote(text, start, quote), isQuoted: true };
  }
  unquotedValue.lastIndex = at;
  const value = unquotedValue.exec(text)?.[0];
  if (value === undefined) return undefined;
  const beforeNext = value.slice(0, nextAssignment.exec(value)?.index ?? value.length);
  const trimmed = beforeNext.replace(/[,.:;&)\]}>]{1,8}$/, '');
  return trimmed === '' ? undefined : { start: at, end: at + trimmed.length, isQuoted: false };
}

/**
 * Returns the index of the closing quote, before its backslashes. A quote with more backslashes than the opening quote
 * is part of the value. Returns the end of the text, or of the longest value, if there is no closing quote.
 */
function closingQuote(text: string, start: number, [, backslashes = '', mark = '']: RegExpExecArray): number {
  const end = Math.min(text.length, start + longest);
  let run = 0;
  for (let at = start; at < end; at += 1) {
    if (text[at] === mark && run <= backslashes.length) return at - run;
    run = text[at] === '\\' ? run + 1 : 0;
  }
  return end;
}

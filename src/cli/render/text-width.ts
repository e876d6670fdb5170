const graphemes = new Intl.Segmenter();
// Each of these characters takes two terminal columns (UAX 11, East Asian Width W and F, and emoji).
const wideCharacter =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const ellipsis = '…';

/** Returns the width of a text in terminal columns. The text must already be escaped for the terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wideCharacter.test(segment) ? 2 : 1;
  return width;
}

/** Cuts a text to at most `width` terminal columns. If the text was cut, the result ends in `…`. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (textWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}${ellipsis}`;
}

/**
 * Breaks a text at spaces into lines of at most `width` terminal columns. A word that is wider than `width`, such as a
 * digest, is not broken. Such a word gets its own line.
 */
export function wrapTo(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const extended: string = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && textWidth(extended) > width) {
      lines.push(line);
      line = word;
    } else {
      line = extended;
    }
  }
  return line === undefined ? lines : [...lines, line];
}

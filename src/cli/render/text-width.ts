const graphemes = new Intl.Segmenter();
// Terminals show each of these characters in two cells (UAX 11, East Asian Width W and F, and emoji).
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const ellipsis = '…';

/**
 * Returns the number of terminal cells (columns) that a text needs. The text must already be escaped for the terminal.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** Cuts a text to at most `width` cells. A text that was cut ends in `…`. */
export function cutTo(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (textWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}${ellipsis}`;
}

/** Breaks a text at spaces into lines of at most `width` cells. A longer word, such as a digest, is never broken. */
export function wrapTo(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === undefined ? lines : [...lines, line];
}

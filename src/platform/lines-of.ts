/**
 * Reads UTF-8 text in pieces and returns its lines without their ends (`\n`, `\r\n` or `\r`). Text after the last line
 * end is dropped.
 * @param longest the largest number of characters in a line.
 * @throws RangeError for a longer line. Errors of `chunks` are passed on.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, longest: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > longest) throw new RangeError('a line of the stream has no end');
    yield* lines;
  }
}

/**
 * Lines of UTF-8 text that arrives in pieces, without their ends (`\n`, `\r\n` or `\r`). A last line that has no end is
 * not a line.
 * @param longest characters.
 * @throws RangeError for a longer line, and what `chunks` throws.
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

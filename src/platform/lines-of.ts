/**
 * Reads UTF-8 text in pieces and yields the lines without their ends (`\n`, `\r\n` or `\r`). Text after the last line
 * end is dropped.
 * @throws RangeError if more than `longest` characters arrive and the line has no end yet. Errors of `chunks` are
 * passed on.
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

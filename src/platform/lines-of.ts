/**
 * Yields the lines of a UTF-8 text, without their line ends (`\n`, `\r\n` or `\r`). A last line without a line end is
 * dropped. A last line that ends with `\r` is also dropped.
 * @throws RangeError if, after a chunk, the unfinished last line is longer than `maxLength` characters. Errors of
 * `chunks` are passed on.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLength: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (rest.length > maxLength) throw new RangeError('a line of the stream is too long');
    yield* lines;
  }
}

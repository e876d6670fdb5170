import { open } from 'node:fs/promises';

const maxBytes = 8_192;
const maxLines = 20;

/**
 * Returns the last lines of a log: at most 20 lines and 8 KiB. The beginning of the first line can be missing.
 * @param startOffset offset in bytes. The text before this offset is ignored.
 */
export async function lastLines(file: string, startOffset: number): Promise<string> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = Math.max(startOffset, size - maxBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
  return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-maxLines).join('\n');
}

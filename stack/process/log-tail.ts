import { open } from 'node:fs/promises';

const maxBytes = 8_192;
const maxLines = 20;

/**
 * Reads the last lines of a log: at most 20 lines and 8 KiB.
 * @param from byte offset. The bytes before `from` are ignored. If none follow, the result is empty.
 */
export async function tailOf(file: string, from: number): Promise<string> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = Math.max(from, size - maxBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
  return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-maxLines).join('\n');
}

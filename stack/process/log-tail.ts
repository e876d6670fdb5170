import { open } from 'node:fs/promises';

const maxBytes = 8_192;
const maxLines = 20;

/**
 * The last lines of the part of a log that starts at byte offset `from`: at most 20 lines and 8 KiB. Empty if that part
 * has no lines.
 */
export async function tailOf(file: string, from: number): Promise<string> {
  await using handle = await open(file, 'r');
  const { size } = await handle.stat();
  const start = Math.max(from, size - maxBytes);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - start)), { position: start });
  return buffer.subarray(0, bytesRead).toString('utf8').trimEnd().split('\n').slice(-maxLines).join('\n');
}

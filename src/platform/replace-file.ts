import { randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a file, or replaces it atomically. Another process reads either the old text or the new text. When this
 * function returns, the new text is on the disk, so it is still there after a power failure. If the function throws,
 * the old file is unchanged, except if the last step failed: the flush of the folder.
 * @param mode the permissions of the file.
 * @throws the error of the file system.
 */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${randomBytes(4).toString('hex')}.new`;
  try {
    await withOpened(await open(draft, 'wx', mode), (handle) => handle.writeFile(text));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await withOpened(await open(dirname(file), 'r'), () => Promise.resolve());
}

async function withOpened(handle: FileHandle, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { lstat, readlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';

const writableByOthers = 0o022;
const sticky = 0o1000;
const root = 0;
/** Linux follows at most 40 symbolic links in a path (path_resolution(7)). */
const mostLinks = 40;

/**
 * Checks that no other user, except root, can write to a folder or replace the folder. The files of a state folder
 * contain process ids, and the clean-up kills these processes. Another user who could write such a file could make the
 * clean-up kill any process of this user. These conditions must hold:
 * - The folder belongs to this user. Neither the group nor others may write to the folder.
 * - The folder is not a symbolic link. On Linux a symbolic link has mode 0777, so the check refuses the link.
 * - Each parent folder, and each symbolic link in the path, belongs to this user or to root. The same holds for the
 *   target of each link, and for the parent folders of the target.
 * - The group or others may write to a parent folder only if the parent folder has the sticky bit, like `/tmp`. In a
 *   folder with the sticky bit, a user cannot replace an entry of another user.
 * @throws AirlockError `state-not-trusted`. The message names the path and the problem.
 */
export async function assertTrustedFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const own = process.getuid?.() ?? root;
  const { uid, mode } = await lstat(path);
  if (uid !== own) throw notTrusted(path, `belongs to user ${uid}`);
  if (mode & writableByOthers) throw notTrusted(path, `is writable for other users (mode ${octal(mode)})`);
  await assertTrustedWay(path, [own, root]);
}

/**
 * Checks a folder that may not exist yet, before it is created: the same conditions for all existing parent folders.
 * Otherwise, in a parent folder that another user can write, this user could replace the new folder by a symbolic link,
 * and root would change the mode of another folder.
 * @throws AirlockError `state-not-trusted`.
 */
export async function assertTrustedParents(folder: string): Promise<void> {
  await assertTrustedWay(resolve(folder), [process.getuid?.() ?? root, root]);
}

/**
 * Checks a path and its parents, as far as they exist. A symbolic link is followed one step at a time, because each step
 * can be replaced.
 */
async function assertTrustedWay(path: string, owners: readonly number[], links = 0): Promise<void> {
  const stats = await lstat(path).catch(missingAsUndefined);
  if (!stats) return assertTrustedWay(dirname(path), owners, links);
  if (!owners.includes(stats.uid)) throw notTrusted(path, `belongs to user ${stats.uid}`);
  if (stats.isSymbolicLink()) {
    if (links === mostLinks) throw notTrusted(path, `is the end of a chain of ${mostLinks} symbolic links`);
    await assertTrustedWay(resolve(dirname(path), await readlink(path)), owners, links + 1);
  } else if (stats.mode & writableByOthers && !(stats.mode & sticky)) {
    throw notTrusted(path, `is writable for other users (mode ${octal(stats.mode)})`);
  }
  if (dirname(path) !== path) await assertTrustedWay(dirname(path), owners, links);
}

function missingAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

function notTrusted(path: string, problem: string): AirlockError {
  const message = `${path} ${problem}, so another user could choose which processes Airlock stops: use another state folder (AIRLOCK_STATE)`;
  return new AirlockError({ code: 'state-not-trusted', message, details: { path } });
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

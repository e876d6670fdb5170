import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';

const writableByOthers = 0o022;
const sticky = 0o1000;
const root = 0;

/**
 * Checks that no other user can write to a folder. Clean-up kills the processes that the files of a state folder name,
 * so a folder of somebody else could make it kill any process of this user.
 * - The folder belongs to this user and has no write permission for group and others.
 * - Each parent, and each symbolic link on the way, belongs to this user or to root. Others may write to a parent only
 *   if it has the sticky bit, as `/tmp`: there nobody can replace the entries of another user.
 * @throws AirlockError `state-not-trusted` that names the folder and the problem.
 */
export async function assertTrustedFolder(folder: string): Promise<void> {
  const own = process.getuid?.() ?? root;
  const { uid, mode } = await lstat(folder);
  if (uid !== own) throw notTrusted(folder, `belongs to user ${uid}`);
  if (mode & writableByOthers) throw notTrusted(folder, `is writable for other users (mode ${octal(mode)})`);
  await assertTrustedWay(folder, [own, root]);
}

async function assertTrustedWay(path: string, owners: readonly number[]): Promise<void> {
  const stats = await lstat(path);
  if (!owners.includes(stats.uid)) throw notTrusted(path, `belongs to user ${stats.uid}`);
  if (stats.isSymbolicLink()) await assertTrustedWay(await realpath(path), owners);
  else if (stats.mode & writableByOthers && !(stats.mode & sticky))
    throw notTrusted(path, `is writable for other users (mode ${octal(stats.mode)})`);
  if (dirname(path) !== path) await assertTrustedWay(dirname(path), owners);
}

function notTrusted(path: string, problem: string): AirlockError {
  const message = `${path} ${problem}, so another user could choose which processes Airlock stops: use another state folder (AIRLOCK_STATE), or correct owner and mode`;
  return new AirlockError({ code: 'state-not-trusted', message, details: { path } });
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

import assert from 'node:assert/strict';
import { chmod, chown, lchown, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stopAll } from '../../stack/process/process.ts';
import { postgresUser, startPostgresServer } from '../../stack/servers/postgres.ts';
import { openState } from '../../stack/state/state.ts';

/** `nobody`, with whose rights the stack runs PostgreSQL if root starts the stack. */
const user = postgresUser();

test(
  'root does not write through a symbolic link in the folder of PostgreSQL, and gives no file away',
  { skip: user ? false : 'only root starts PostgreSQL as another user' },
  async (t) => {
    assert.ok(user);
    const path = await mkdtemp(join(tmpdir(), 'airlock-foreign-'));
    await chmod(path, 0o711); // initdb of the attacked stack could read the file that root gave away
    const state = await openState(`${path}-state`);
    t.after(async () => {
      await stopAll(state);
      for (const each of [path, state.path]) await rm(each, { recursive: true, force: true });
    });
    const victim = join(path, 'victim');
    await writeFile(victim, 'of root', { mode: 0o600 });
    const folder = await state.folder('postgres');
    await chown(folder, user.uid, user.gid);
    const planted = join(folder, 'password'); // the stack once wrote the password of the superuser to this file
    await symlink(victim, planted);
    await lchown(planted, user.uid, user.gid);
    await startPostgresServer(state);

    assert.equal(await readFile(victim, 'utf8'), 'of root');
    assert.equal((await stat(victim)).uid, 0);
  },
);

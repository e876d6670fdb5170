import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkMachine } from '../stack/doctor/doctor.ts';
import type { Finding } from '../stack/doctor/finding.ts';
import { identityOf } from '../stack/process/process-identity.mjs';
import { openState } from '../stack/state/state.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-doctor-'));
  process.env['AIRLOCK_STATE'] = join(folder, 'state');
  process.env['AIRLOCK_TOOLCHAIN'] = join(folder, 'tools');
  await mkdir(join(folder, 'tools'));
});

afterEach(() => rm(folder, { recursive: true }));

async function findings(): Promise<Record<string, Finding>> {
  return Object.fromEntries((await checkMachine()).map((finding) => [finding.name, finding]));
}

async function opaSays(text: string): Promise<void> {
  const file = join(folder, 'tools/opa');
  await writeFile(file, `#!/bin/sh\necho '${text}'\n`);
  await chmod(file, 0o755);
}

describe('doctor', () => {
  it('accepts a program of the right version and a state folder that does not exist yet, without a stack', async () => {
    await opaSays('Version: 1.22.0');
    const found = await findings();
    assert.deepEqual(found['tool opa'], { name: 'tool opa', ok: true, found: `in ${join(folder, 'tools')}` });
    assert.match(found['state folder']?.found ?? '', /does not exist yet/);
    assert.equal(found['state folder']?.ok, true);
    assert.equal(found['recorded processes'], undefined);
    assert.equal(found['node']?.ok, true);
  });

  it('finds a program of the wrong version in AIRLOCK_TOOLCHAIN, and a crashed process', async () => {
    await opaSays('Version: 1.21.0');
    // The pid of this process with another start time, like a pid that was reused.
    const self = identityOf(process.pid);
    assert.ok(self);
    const state = await openState(join(folder, 'state'));
    await state.writeRecord({ ...self, name: 'vault', pid: process.pid, startTime: '1', order: 10 });
    const found = await findings();
    const opa = found['tool opa'];
    assert.equal(opa?.ok, false);
    assert.match(
      opa.found,
      /tools\/opa is ignored: it did not report version .*1\.22\.0 \(output or error: Version: 1\.21\.0\)/,
    );
    assert.match(opa.fix ?? '', /AIRLOCK_TOOLCHAIN/);
    const run = found['recorded processes'];
    assert.equal(run?.ok, false);
    assert.equal(run.found, '1 of 1 ended without `airlock down`');
    assert.equal(run.fix, 'npx airlock down');
    assert.equal(found['state folder']?.ok, true);
    for (const { name, ok, fix } of Object.values(found)) assert.equal(fix === undefined, ok, name);
    assert.equal((await state.records()).length, 1, 'doctor changed the state folder');
  });
});

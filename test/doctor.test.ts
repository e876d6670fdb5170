import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { doctor } from '../stack/doctor/doctor.ts';
import type { Finding } from '../stack/doctor/finding.ts';
import { identityOf } from '../stack/process/process-identity.mjs';
import { openState } from '../stack/state/state.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-doctor-'));
  process.env['AIRLOCK_STATE'] = join(folder, 'state');
  process.env['AIRLOCK_PARTS'] = join(folder, 'parts');
  await mkdir(join(folder, 'parts'));
});

after(() => rm(folder, { recursive: true }));

async function findings(): Promise<Record<string, Finding>> {
  return Object.fromEntries((await doctor()).map((finding) => [finding.name, finding]));
}

async function opaSays(text: string): Promise<void> {
  const file = join(folder, 'parts/opa');
  await writeFile(file, `#!/bin/sh\necho '${text}'\n`);
  await chmod(file, 0o755);
}

describe('doctor', () => {
  it('OK: the right version, and a state folder that is not there yet; no stack is needed', async () => {
    await opaSays('Version: 1.22.0');
    const found = await findings();
    assert.deepEqual(found['part opa'], { name: 'part opa', ok: true, found: `in ${join(folder, 'parts')}` });
    assert.match(found['state folder']?.found ?? '', /not there yet/);
    assert.equal(found['state folder']?.ok, true);
    assert.equal(found['earlier run'], undefined);
    assert.equal(found['node']?.ok, true);
  });

  it('found: a program of a wrong version where AIRLOCK_PARTS says, and a crashed run', async () => {
    await opaSays('Version: 1.21.0');
    // This process's own pid, but of another start: as a pid that somebody else has got since.
    const self = identityOf(process.pid);
    assert.ok(self);
    const state = await openState(join(folder, 'state'));
    await state.record({ ...self, name: 'vault', pid: process.pid, startTime: '1', order: 10 });
    const found = await findings();
    const opa = found['part opa'];
    assert.equal(opa?.ok, false);
    assert.match(opa.found, /parts\/opa is not used: it is not version .*1\.22\.0 \(it says: Version: 1\.21\.0\)/);
    assert.match(opa.mend ?? '', /AIRLOCK_PARTS/);
    const run = found['earlier run'];
    assert.equal(run?.ok, false);
    assert.equal(run.found, 'of 1 processes on record 0 run: a run has crashed');
    assert.equal(run.mend, 'npx airlock down');
    assert.equal(found['state folder']?.ok, true);
    for (const { name, ok, mend } of Object.values(found)) assert.equal(mend === undefined, ok, name);
    assert.equal((await state.records()).length, 1, 'it only looks');
  });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createPhasesReader } from './phases-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'airlock-phases-'));
after(() => rm(folder, { recursive: true }));
const file = join(folder, 'phases.yaml');
const read = createPhasesReader(file);

describe('createPhasesReader', () => {
  it('reads policies/phases.yaml', async () => {
    const own = createPhasesReader(join(import.meta.dirname, '../../policies/phases.yaml'));
    assert.ok((await own()).default);
  });

  it('reads the file again at each call', async () => {
    await writeFile(file, 'default: assist\n');
    assert.equal((await read()).default, 'assist');
    await writeFile(file, 'default: shadow\nscopes: [{ cluster: east, phase: assist }]\n');
    assert.deepEqual(await read(), { default: 'shadow', scopes: [{ cluster: 'east', phase: 'assist' }] });
  });

  const refusals: [string, string, RegExp][] = [
    ['an unknown phase as default', 'default: quoted\n', /phases\.yaml:1:10: default: /],
    [
      'an unknown phase of a scope',
      'default: shadow\nscopes: [{ phase: quoted }]\n',
      /phases\.yaml:2:19: scopes\.0\.phase: /,
    ],
    [
      'an unknown member',
      'default: shadow\nphase: quoted\n',
      /phases\.yaml:1:1: the document: Unrecognized key: "phase"/,
    ],
    ['an empty file', '', /phases\.yaml:1:1: the document: Invalid input/],
    ['bad YAML', 'default: shadow\nscopes: [quoted: {\n', /phases\.yaml:\d+:\d+: is not a valid YAML 1.2 document/],
    ['a duplicate key', 'default: shadow\ndefault: quoted\n', /phases\.yaml:2:1: is not a valid YAML 1.2 document/],
    ['an alias without an anchor', 'default: *quoted\n', /phases\.yaml:1:10: is not a valid YAML 1.2 document/],
  ];
  for (const [name, text, message] of refusals) {
    it(`refuses ${name}`, async () => {
      await writeFile(file, text);
      await assert.rejects(read(), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'bad-input');
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /quoted/);
        return true;
      });
    });
  }

  it('refuses a missing file and a folder', async () => {
    for (const path of [join(folder, 'none.yaml'), folder]) {
      await assert.rejects(createPhasesReader(path), {
        code: 'bad-input',
        message: new RegExp(`^${path}: cannot be read`),
      });
    }
  });
});

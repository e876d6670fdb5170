import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from '../../lib/digest.ts';
import { diffLines } from './diff.ts';
import { renderPage } from './page.ts';
import { plainTerminal } from './terminal.ts';

const object = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const line = (path: string, before: string | null, after: string | null) => ({ object, path, before, after });
const image = '/spec/template/spec/containers/0/image';
const pageOf = (...lines: Parameters<typeof diffLines>[0]): string[] =>
  renderPage([['WHAT CHANGES', diffLines(lines)]], plainTerminal).slice(1);

test('counts the changed fields, and puts those of pod specs first, in whatever order they come', () => {
  assert.deepEqual(pageOf(line('/spec/replicas', '2', '3'), line(image, 'web:1', 'web:2')), [
    '  2 changed fields, 1 of them in pod specs, which come first:',
    '  Deployment shop/web, what its pods run, and with which rights:',
    `  - ${image}: web:1`,
    `  + ${image}: web:2`,
    '  Deployment shop/web, fields outside pod specs:',
    '  - /spec/replicas: 2',
    '  + /spec/replicas: 3',
  ]);
  assert.equal(pageOf(line('/spec/replicas', null, '3'))[0], '  1 changed field, none is in a pod spec:');
});

test('shows 700 changed fields, and the image first', () => {
  const labels = Array.from({ length: 700 }, (_, index) => line(`/metadata/labels/l${index}`, null, 'x'));
  const page = pageOf(...labels, line(image, 'web:1', 'web:2'));
  assert.match(page[0] ?? '', /701 changed fields/);
  assert.equal(page[2], `  - ${image}: web:1`);
  for (const { path } of labels) assert.ok(page.includes(`  + ${path}: x`));
});

test('long values that differ in the last character have two digests; those of a pod spec are whole', () => {
  const [before, after] = [`${'x'.repeat(4_999)}a`, `${'x'.repeat(4_999)}b`];
  const args = '/spec/template/spec/containers/0/args/0';
  const label = '/metadata/annotations/note';
  const page = pageOf(line(label, before, after), line(args, before, after))
    .concat('')
    .join('\n');
  assert.ok(page.includes(`- ${args} (5000 characters, ${digestOf(before)}): ${before}\n`));
  assert.ok(page.includes(`+ ${args} (5000 characters, ${digestOf(after)}): ${after}\n`));
  const start = 'x'.repeat(4_000);
  for (const value of [before, after])
    assert.ok(
      page.includes(`${label} (5000 characters, ${digestOf(value)}; the first 4000 characters follow): ${start}\n`),
    );
});

test('a value that imitates a line or a digest stays on its own line, after the true ones', () => {
  const forged = `web:2\n  + ${image}: web:3 (5000 characters, sha256:0)\u001b[2K`;
  const page = pageOf(line(image, 'web:1', forged));
  assert.equal(page.length, 4);
  assert.match(page[3] ?? '', /^ {2}\+ .*image: web:2\\u\{a\} {2}\+ .*\\u\{1b\}\[2K$/);
});

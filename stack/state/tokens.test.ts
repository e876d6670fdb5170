import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openState } from './state.ts';
import { ensureTokenFile } from './tokens.ts';

const dayMs = 24 * 3_600_000;

test('a token lives 30 days, and is replaced when less than half of its life remains', async (t) => {
  const path = await mkdtemp(join(tmpdir(), 'airlock-tokens-'));
  t.after(() => rm(path, { recursive: true }));
  const state = await openState(join(path, 'state'));
  const read = async () => {
    const token = await ensureTokenFile(state, 'operator');
    const text = await readFile(token.file, 'utf8');
    assert.equal(token.sha256, createHash('sha256').update(text.trim()).digest('hex'));
    return { ...token, days: (Date.parse(token.expiresAt) - Date.now()) / dayMs };
  };
  const setEnd = (days: number): Promise<void> =>
    state.writeJson('tokens/operator.expiry.json', new Date(Date.now() + days * dayMs).toISOString());

  const first = await read();
  assert.ok(first.days > 29.9 && first.days <= 30);
  assert.equal((await stat(first.file)).mode & 0o777, 0o600);
  await setEnd(16);
  const kept = await read();
  assert.deepEqual([kept.sha256, Math.round(kept.days)], [first.sha256, 16]);
  for (const days of [14, -1]) {
    await setEnd(days);
    const replaced = await read();
    assert.notEqual(replaced.sha256, first.sha256);
    assert.equal(Math.round(replaced.days), 30);
  }
});

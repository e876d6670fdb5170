import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { TestEnvironment } from '../execution/environment.ts';
import { incident as sample } from '../execution/fixture.ts';

/** An incident of its own for each test, because an incident that was attacked stays refused. */
export function newIncident(): Incident {
  return { ...sample, id: `inc-${randomBytes(8).toString('hex')}` };
}

/** Asserts that the gateway has recorded the attack in the incident's journal and logged it as an error. */
export async function assertAttackRecorded(
  { database, errors }: TestEnvironment,
  incident: string,
  why: RegExp,
): Promise<void> {
  const records = await createJournalReader(database.pools.serve).read(incident);
  const refusals = records.filter(({ kind }) => kind === 'archive.refused');
  assert.ok(refusals.length > 0, 'the journal has no record of the attack');
  for (const { writer, message } of refusals) {
    assert.equal(writer, 'airlock_gateway');
    assert.match(message, why);
  }
  assert.ok(errors.some((message) => message.startsWith('ATTACK')));
}

import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import { close } from '../../src/governance/close.ts';
import { digestOf } from '../../src/lib/digest.ts';
import { incident } from '../execution/fixture.ts';
import { journalOf } from '../journal/journal-of.ts';
import { decideAlone } from '../decide-alone.ts';
import { startApiOnDatabase } from './api-on-database.ts';
import { tokens } from './api-under-test.ts';
import { seedIncident } from './seed-incident.ts';

const { api, database } = await startApiOnDatabase();
const journal = journalOf(database.pools.serve);

before(async () => {
  await seedIncident(database);
  const routingStates = createRoutingStates(database.pools.serve, { windowSeconds: 1800, flapLimit: 3 });
  const closed = {
    incident,
    outcome: 'escalated',
    reason: 'nothing fits',
    flaps: 0,
    accepted: [],
    workflowId: 'wf-1',
  } as const;
  // An activity can run twice.
  for (const _ of [1, 2]) await close({ journal, routingStates }, { ...closed, accepted: [] });
});

async function statusOfDecision(id: string): Promise<number> {
  const listed = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right' } as const;
  const decision = { ...decideAlone(listed), token: 'aaaa.bbbb.cccc' };
  const headers = { authorization: `Bearer ${tokens.operator}` };
  const url = `/v1/incidents/${id}/decisions`;
  return (await api.inject({ method: 'POST', url, headers, payload: decision })).statusCode;
}

it('is closed once in the journal', async () => {
  const ends = (await journal.read(incident.id)).filter(({ kind }) => kind === 'incident.closed');
  assert.equal(ends.length, 1);
});

it('answers a decision with 409', async () => assert.equal(await statusOfDecision(incident.id), 409));

it('differs from an unknown incident, where a decision is answered with 404', async () => {
  assert.equal(await statusOfDecision('inc-0000000000000000'), 404);
});

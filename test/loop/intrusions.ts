import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { airlockWrites, isReadLease } from '../../demo/audit.ts';
import type { BootedStack } from './boot-stack.ts';
import { forgedDecision, freshProof } from './forged-decision.ts';
import { openIncident } from './incident.ts';
import { createIntruder } from './intruder.ts';

/** What somebody tries who can write to Temporal, or who holds a decision's token. */
export function intrusions(booted: () => BootedStack): void {
  const stage = () => booted().stage;
  describe('whoever can write to Temporal, or holds a proof', () => {
    test('a workflow started by hand, with an issuer of its own: its proof is admitted by nobody', async () => {
      await using intruder = await createIntruder(stage());
      const answer = await forgedDecision(stage(), intruder);
      assert.match(answer.refused ?? '', /key|signature|issuer|proof/i);
      assert.ok(!answer.records.some(({ kind }) => kind === 'decision.admitted' || kind === 'grant.minted'));
    });

    test('calls of the gateway with invented or unsigned dossiers and reports have no effect', async () => {
      await using intruder = await createIntruder(stage());
      const since = new Date();
      const waiting = await openIncident(stage(), { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' });
      const { body } = await waiting.until('dossier.offered');
      const { digest: dossier } = body as { digest: string };
      const { report } = (await waiting.until('rehearsal.done')).body as { report: string };
      const { trace, startsAt } = await stage().api.incident(waiting.id);
      const incident = { id: waiting.id, cluster: 'east', trace, startsAt };
      const nothing = `sha256:${'0'.repeat(64)}`;
      const prepared = (await intruder.asks('prepare', { incident, dossier })) as { ready?: boolean };
      assert.equal(prepared.ready, false);
      for (const input of [
        { incident, dossier, direction: 'do', report },
        { incident, dossier, direction: 'undo' },
        { incident, dossier: report, direction: 'do', report },
        { incident, dossier: nothing, direction: 'do', report },
        { incident, dossier, direction: 'do', report, approved: true },
      ]) {
        const answer = (await intruder.asks('execute', input)) as { refused?: string };
        assert.ok(answer.refused, JSON.stringify(answer));
      }
      await waiting.resolve();
      await waiting.ending();
      const others = (await airlockWrites(stage().auditLog('east'), since)).filter((write) => !isReadLease(write));
      assert.deepEqual(others, []);
    });

    test('results of a rehearsal that never was: whoever reads them next refuses them', async () => {
      const about = { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' };
      const earlier = await openIncident(stage(), { ...about, severity: 'info' });
      await earlier.until('dossier.offered');
      const { evidence } = (await earlier.until('evidence.taken')).body as { evidence: string };
      const { report } = (await earlier.until('rehearsal.done')).body as { report: string };
      await earlier.resolve();
      await earlier.ending();
      // The true process is gone; whoever can write to Temporal answers in its place.
      process.kill(await booted().pidOf('observe'), 'SIGKILL');
      await using intruder = await createIntruder(stage());
      const madeUp = { report, outcome: 'safe', reason: 'believe me' };
      const verified = { verified: true, mismatches: [] };
      const results = { observe: { evidence }, rehearse: madeUp, verify: verified, closeLease: undefined };
      await using _worker = await intruder.works('observation', results);
      const incident = await openIncident(stage(), { ...about, severity: 'page' });
      const { outcome, reason } = await incident.ending();
      assert.equal(outcome, 'human');
      assert.match(reason, /report/);
      assert.ok(!incident.records.some(({ kind }) => kind === 'dossier.offered'));
    });

    test('a decision token is no bearer for any route', async () => {
      const token = await freshProof(stage(), 'lea');
      const routes = ['GET /v1/incidents', 'GET /v1/status', 'GET /v1/incidents/inc-0000000000000000/journal'];
      const posts = ['POST /v1/alerts/alertmanager', 'POST /v1/incidents/inc-0000000000000000/decisions'];
      for (const [method = '', path = ''] of [...routes, ...posts].map((route) => route.split(' '))) {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const body = method === 'POST' ? { body: '{}' } : {};
        const response = await fetch(`${stage().stack.api}${path}`, { method, headers, ...body });
        assert.equal(response.status, 401, path);
      }
    });
  });
}

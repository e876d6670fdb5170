import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { airlockWrites, isReadLeaseWrite } from '../../../demo/audit.ts';
import type { BootedStack } from '../boot-stack.ts';
import { forgedDecision, freshToken } from './forged-decision.ts';
import { openIncident } from '../test-incident.ts';
import { createAttacker } from './attacker.ts';

/** Attacks by someone who can write to Temporal or holds a decision token. */
export function attacks(booted: () => BootedStack): void {
  const client = () => booted().client;
  describe('an attacker who can write to Temporal or holds a decision token', () => {
    test('cannot get a token of another issuer admitted by starting a workflow with that issuer', async () => {
      await using attacker = await createAttacker(client());
      const answer = await forgedDecision(client(), attacker);
      assert.match(answer.refused ?? '', /key|signature|issuer|token/i);
      assert.ok(!answer.records.some(({ kind }) => kind === 'decision.admitted' || kind === 'grant.minted'));
    });

    test('has no effect with calls of the gateway that name invented or unapproved dossiers and reports', async () => {
      await using attacker = await createAttacker(client());
      const since = new Date();
      const waiting = await openIncident(client(), { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' });
      const { body } = await waiting.recordOf('dossier.offered');
      const { digest: dossier } = body as { digest: string };
      const { report } = (await waiting.recordOf('rehearsal.completed')).body as { report: string };
      const { trace, startsAt } = await client().api.incident(waiting.id);
      const incident = { id: waiting.id, cluster: 'east', trace, startsAt };
      const unknown = `sha256:${'0'.repeat(64)}`;
      const prepared = (await attacker.callGateway('prepare', { incident, dossier })) as { ready?: boolean };
      assert.equal(prepared.ready, false);
      for (const input of [
        { incident, dossier, direction: 'do', report },
        { incident, dossier, direction: 'undo' },
        { incident, dossier: report, direction: 'do', report },
        { incident, dossier: unknown, direction: 'do', report },
        { incident, dossier, direction: 'do', report, approved: true },
      ]) {
        const answer = (await attacker.callGateway('execute', input)) as { refused?: string };
        assert.ok(answer.refused, JSON.stringify(answer));
      }
      await waiting.resolve();
      await waiting.outcome();
      const others = (await airlockWrites(client().auditLog('east'), since)).filter(
        (write) => !isReadLeaseWrite(write),
      );
      assert.deepEqual(others, []);
    });

    test('cannot pass off the report of another incident as the result of a rehearsal', async () => {
      const alert = { target: 'east', alert: 'ShopHighLoad', deployment: 'mail' };
      const earlier = await openIncident(client(), { ...alert, severity: 'info' });
      await earlier.recordOf('dossier.offered');
      const { evidence } = (await earlier.recordOf('evidence.collected')).body as { evidence: string };
      const { report } = (await earlier.recordOf('rehearsal.completed')).body as { report: string };
      await earlier.resolve();
      await earlier.outcome();
      await using attacker = await createAttacker(client());
      const forged = { report, outcome: 'safe', reason: 'believe me' };
      const verified = { verified: true, mismatches: [] };
      const results = { observe: { evidence }, rehearse: forged, verify: verified, closeLease: undefined };
      // The real process is dead. The attacker's worker answers in its place.
      await using replaced = new AsyncDisposableStack();
      process.kill(await booted().pidOf('observe'), 'SIGKILL');
      replaced.defer(() => booted().restart('observe')); // after the attacker's worker has stopped
      replaced.use(await attacker.impersonate('observation', results));
      const incident = await openIncident(client(), { ...alert, severity: 'page' });
      const { outcome, reason } = await incident.outcome();
      assert.equal(outcome, 'escalated');
      assert.match(reason, /report/);
      assert.ok(!incident.records.some(({ kind }) => kind === 'dossier.offered'));
    });

    test('is not accepted by any route with a decision token as bearer token', async () => {
      const token = await freshToken(client(), 'lea');
      const routes = ['GET /v1/incidents', 'GET /v1/status', 'GET /v1/incidents/inc-0000000000000000/journal'];
      const posts = ['POST /v1/alerts/alertmanager', 'POST /v1/incidents/inc-0000000000000000/decisions'];
      for (const [method = '', path = ''] of [...routes, ...posts].map((route) => route.split(' '))) {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        const body = method === 'POST' ? { body: '{}' } : {};
        const response = await fetch(`${client().stack.api}${path}`, { method, headers, ...body });
        assert.equal(response.status, 401, path);
      }
    });
  });
}

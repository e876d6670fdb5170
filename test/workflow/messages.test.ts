import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Decision, Verb } from '../../src/domain/approval/decision.ts';
import { incidentOf } from '../../src/domain/incident/incident-of.ts';
import { refused } from '../../src/lib/error.ts';
import { firing, gate, offered, openIncident, resolved, until } from './incident.ts';
import { decision } from './people.ts';
import { digests, judged, verdict, type Activities } from './script.ts';
import { historyOf, startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

function open(answers: Partial<Activities> = {}) {
  return openIncident(environment, answers);
}

describe('decisions that the validator rejects', () => {
  const other = digests.plan;
  const now = Math.floor(Date.now() / 1000);
  const withToken = (verb: Verb, { token }: Decision) => decision('lea', verb, { token });
  const refusals: [string, ReturnType<typeof decision>, string, RegExp][] = [
    ['for another dossier', decision('lea', 'approve', { dossier: other }), 'decision-refused', /another dossier/],
    ['a verb that is not in its list', { ...decision('lea', 'deny'), verb: 'approve' }, 'bad-input', /malformed/],
    [
      'a nonce for another verb',
      withToken('approve', decision('lea', 'deny')),
      'decision-refused',
      /verbs and reasons/,
    ],
    [
      'a nonce for another reason',
      withToken('approve', decision('lea', 'approve', { reason: 'other' })),
      'decision-refused',
      /verbs and reasons/,
    ],
    [
      'a sign-in before the dossier',
      decision('lea', 'approve', { claims: { auth_time: now - 60 } }),
      'decision-refused',
      /the sign-in is older than the dossier/,
    ],
    ['another audience', decision('lea', 'approve', { claims: { aud: 'web' } }), 'decision-refused', /audience/],
    ['another issuer', decision('lea', 'approve', { claims: { iss: 'x' } }), 'decision-refused', /issuer/],
    ['expired', decision('lea', 'approve', { claims: { exp: now - 60 } }), 'decision-refused', /expired/],
    ['an old sign-in', decision('lea', 'approve', { claims: { auth_time: now - 900 } }), 'decision-refused', /too old/],
    [
      'no claims',
      decision('lea', 'approve', { token: 'aaaa.bbbb.cccc' }),
      'decision-refused',
      /the token is not a JWT with all required claims/,
    ],
    ['malformed', { ...decision('lea'), reason: '\u001b' }, 'bad-input', /malformed decision/],
  ];
  it('are rejected with their reason and without an event in the history', async () => {
    const incident = await open();
    await offered(incident);
    const before = await historyOf(incident.handle);
    for (const [name, sent, code, message] of refusals) {
      await assert.rejects(incident.decide(sent), { code, message }, name);
    }
    assert.equal(await historyOf(incident.handle), before);
    await incident.send(resolved);
    await incident.closed();
  });

  it('no dossier is open: before one is offered, and after the incident has closed', async () => {
    const cluster = gate();
    const observe: Activities['observe'] = async () => {
      await cluster.opened;
      return { none: 'nothing' };
    };
    const incident = await open({ observe });
    await assert.rejects(incident.decide(decision('lea')), { code: 'no-open-dossier' });
    cluster.open();
    await incident.closed();
    await assert.rejects(incident.decide(decision('lea')), { code: 'no-open-dossier' });
  });

  it('a decision that the gateway refuses does not count', async () => {
    const incident = await open({ admitDecision: async () => ({ refused: 'the signature is wrong' }) });
    await offered(incident);
    assert.deepEqual(await incident.decide(decision('lea')), { refused: 'the signature is wrong' });
    assert.equal(await incident.stage(), 'decide');
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
  });

  it('the same decision gets the same answer again and is admitted once', async () => {
    const incident = await open({ judge: judged(verdict(2)) });
    await offered(incident);
    const sent = decision('lea');
    assert.deepEqual(await incident.decide(sent), await incident.decide(sent));
    assert.equal(incident.script.names().filter((name) => name === 'admitDecision').length, 1);
    await incident.send(resolved);
    await incident.closed();
  });
});

describe('alerts', () => {
  it('alerts that arrive while the incident closes belong to the group’s next incident', async () => {
    const journal = gate();
    // Governance routes late alerts: here, to the next incident of the same group.
    const forward: Activities['forwardLateAlerts'] = async ({ delivery }) => {
      const found = incidentOf(delivery);
      return found ? { occurrence: { incident: found, number: 1, flaps: 0, flapLimit: 3 } } : {};
    };
    const incident = await open({
      plan: async () => ({ none: 'x' }),
      close: () => journal.opened,
      forwardLateAlerts: forward,
    });
    await until(() => incident.script.names().includes('close'));
    const later: Alert = { ...firing, fingerprint: 'f2', startsAt: '2026-11-21T13:00:00Z' };
    const next = incidentOf({ ...incident.delivery, alerts: [later] });
    const script = environment.script(next?.id ?? '', { observe: async () => ({ none: 'next' }) });
    await incident.send(firing);
    await incident.send(later);
    journal.open();
    assert.deepEqual(await incident.closed(), { outcome: 'escalated', reason: 'next' });
    assert.deepEqual(script.calls[0]?.input.alerts, [later]);
    assert.equal(script.calls[0]?.input.incident.id, next?.id);
  });

  it('a malformed alerts signal is ignored', async () => {
    const incident = await open();
    await incident.handle.signal('alerts', { alerts: 'all' });
    await offered(incident);
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
  });
});

it('a decision that the gateway cannot check has the error of the gateway as its answer', async () => {
  const incident = await open({
    admitDecision: async () => {
      throw refused('archive-corrupt', 'somebody changed the archive');
    },
  });
  await offered(incident);
  const error = { code: 'archive-corrupt', next: 'stop', message: 'somebody changed the archive' };
  await assert.rejects(incident.decide(decision('lea')), error);
  await incident.send(resolved);
  assert.equal((await incident.closed()).outcome, 'cancelled');
});

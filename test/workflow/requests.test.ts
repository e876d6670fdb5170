import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import type { IncidentRequest } from '../../src/domain/approval/request.ts';
import type { RequestedChange } from '../../src/domain/approval/request.ts';
import { alertsSignal, statusQuery } from '../../workflows/messages.ts';
import { requestedIncident, parameters, requested } from './requested-incident.ts';
import { firing, gate, offered, openIncident, resolved, until } from './incident.ts';
import { decision, edit, issuer, request } from './people.ts';
import { digests, judged, twoDossiers, validFor, verdict, type Activities } from './script.ts';
import { historyOf, startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const undo: RequestedChange = { kind: 'undo', incident: 'inc-0123456789abcdef' };

const ask = (answers: Partial<Activities> = {}, on?: IncidentRequest) => requestedIncident(environment, answers, on);

async function atDecide(incident: { stage(): Promise<string> }): Promise<void> {
  await until(async () => (await incident.stage()) === 'decide');
}

describe('an incident that a person requested', { concurrency: 4 }, () => {
  it('starts without an alert, after the gateway has admitted it; makes only the requested plan; needs the approval of another person', async () => {
    const incident = await ask();
    await atDecide(incident);
    const own = {
      code: 'decision-refused',
      message: /lea requested or edited this change, so another person must approve it/,
    };
    const before = await historyOf(incident.handle);
    await assert.rejects(incident.decide('lea'), own);
    assert.equal(await historyOf(incident.handle), before, 'a refusal leaves no history');
    await incident.decide('omar');
    assert.equal((await incident.closed()).outcome, 'repaired');
    const names = incident.script.names();
    assert.deepEqual(names.slice(0, 4), ['open', 'admitRequest', 'observe', 'plan']);
    const requestCause = { kind: 'person', name: 'add-capacity', reason: 'lea asks' };
    const requesters = [{ issuer, subject: 'lea' }];
    assert.deepEqual(incident.input('open')[0], { incident: incident.incident, alerts: [], requestCause });
    assert.deepEqual(incident.input('observe')[0].subject, subject);
    const { cause, requested: plan } = incident.input('plan')[0];
    assert.deepEqual([cause, plan.playbook, plan.parameters], ['person', 'add-capacity', parameters]);
    assert.deepEqual(
      [incident.input('judge')[0].requestCause, incident.input('judge')[0].requesters],
      [requestCause, requesters],
    );
  });

  it('opens once, also when the request is sent again while it is open and after it has closed', async () => {
    const incident = await ask();
    await incident.send();
    await atDecide(incident);
    await incident.send();
    await incident.decide('omar');
    await incident.closed();
    await incident.send();
    assert.equal(incident.script.names().filter((name) => name === 'admitRequest').length, 1);
    assert.equal(incident.script.names().filter((name) => name === 'close').length, 1);
  });

  it('is invalidated before the cluster is observed when the gateway refuses the request', async () => {
    const incident = await ask({ admitRequest: async () => ({ refused: 'the signature does not verify' }) });
    const reason = 'the request was refused: the signature does not verify';
    assert.deepEqual(await incident.closed(), { outcome: 'invalidated', reason });
    assert.deepEqual(incident.script.names(), ['open', 'admitRequest', 'closeLease', 'close']);
  });

  it('is not cancelled by resolved alerts; the requester’s denial ends it', async () => {
    const incident = await ask();
    await atDecide(incident);
    const delivery = { cluster: 'east', group: 'g', trace: 't' };
    await incident.handle.signal(alertsSignal, { ...delivery, alerts: [firing] });
    await incident.handle.signal(alertsSignal, { ...delivery, alerts: [resolved] });
    assert.equal(await incident.stage(), 'decide');
    await incident.decide('lea', 'deny');
    assert.equal((await incident.closed()).outcome, 'denied');
  });

  it('is escalated when the parameters name no object', async () => {
    const incident = await ask({}, request('lea', { ...requested, parameters: { to: 8 } }));
    assert.match((await incident.closed()).reason, /the parameters name no object/);
  });

  it('an undo is planned from the executed plan, for the same object', async () => {
    const incident = await ask({}, request('lea', undo));
    await atDecide(incident);
    assert.deepEqual(incident.input('executedPlan')[0].of, undo.incident);
    assert.deepEqual(incident.input('observe')[0].subject, subject);
    assert.deepEqual(incident.input('plan')[0].requested, { undo: digests.executed, of: undo.incident });
    await assert.rejects(incident.edit(edit('omar', 6)), { code: 'edit-refused', message: /an undo cannot be edited/ });
    await incident.decide('omar');
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('an undo is escalated when nothing was executed', async () => {
    const incident = await ask({ executedPlan: async () => ({ none: 'nothing was executed' }) }, request('lea', undo));
    assert.deepEqual(await incident.closed(), { outcome: 'escalated', reason: 'nothing was executed' });
  });
});

describe('an edit', { concurrency: 4 }, () => {
  it('starts a new round from observation to verdict without earlier approvals; neither requester nor editor approves', async () => {
    const incident = await ask({ judge: twoDossiers() });
    await atDecide(incident);
    const first = await incident.edit(edit('omar', 6));
    assert.ok('admitted' in first);
    await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === digests.next);
    await atDecide(incident);
    assert.deepEqual(await incident.edit(edit('omar', 6)), first, 'another token of the same nonce');
    await assert.rejects(incident.edit(edit('sam', 6)), { code: 'edit-refused', message: /another dossier/ });
    assert.equal(incident.input('admitEdit').length, 1);
    assert.deepEqual(incident.input('plan')[1].requested, { playbook: 'p', parameters: { ...parameters, to: 6 } });
    const requesters = ['lea', 'omar'].map((name) => ({ issuer, subject: name }));
    assert.deepEqual(incident.input('judge')[1].requesters, requesters);
    assert.deepEqual(
      ['observe', 'plan', 'rehearse', 'judge'].map((name) => incident.input(name as keyof Activities).length),
      [2, 2, 2, 2],
    );
    await assert.rejects(incident.decide('sam'), { code: 'decision-refused', message: /another dossier/ });
    await assert.rejects(incident.decide('omar', 'approve', digests.next), { code: 'decision-refused' });
    await incident.decide('sam', 'approve', digests.next);
    assert.equal((await incident.closed()).outcome, 'repaired');
    assert.deepEqual(incident.input('execute')[0].dossier, digests.next);
  });

  it('of an incident that alerts opened keeps the playbook and changes the parameters', async () => {
    const incident = await openIncident(environment, { judge: twoDossiers() });
    await offered(incident);
    const workflows = createIncidentWorkflows(environment.client);
    await workflows.edit(incident.handle.workflowId, edit('lea', 6));
    await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === digests.next);
    const plan = incident.script.calls.filter(({ name }) => name === 'plan')[1]?.input;
    assert.deepEqual([plan.cause, plan.requested], ['alert', { playbook: 'p', parameters: { to: 6 } }]);
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
  });

  it('during the preflight, after the last approval: the new dossier is executed', async () => {
    const preflight = gate();
    const rehearse: Activities['rehearse'] = async (input) => {
      if (input.preflight) await preflight.opened;
      return { report: input.preflight ? digests.preflight : digests.report, outcome: 'safe', reason: 'safe' };
    };
    const incident = await ask({ rehearse, judge: twoDossiers() });
    await atDecide(incident);
    await incident.decide('omar');
    await until(async () => (await incident.stage()) === 'preflight');
    await incident.edit(edit('sam', 6));
    preflight.open();
    await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === digests.next);
    assert.deepEqual(incident.input('execute'), []);
    await incident.decide('omar', 'approve', digests.next);
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('blocks other edits and the outcome while the gateway checks it; a refused edit leaves the dossier open', async () => {
    const gateway = gate();
    const admitEdit: Activities['admitEdit'] = async () => {
      await gateway.opened;
      return { refused: 'omar is in no group that may approve this dossier' };
    };
    const incident = await ask({ admitEdit });
    await atDecide(incident);
    const answer = incident.edit(edit('omar', 6));
    await until(() => incident.script.names().includes('admitEdit'));
    await assert.rejects(incident.edit(edit('sam', 7)), {
      code: 'edit-refused',
      message: /another edit of this dossier came first/,
    });
    await incident.decide('sam');
    assert.equal(await incident.stage(), 'decide');
    gateway.open();
    assert.deepEqual(await answer, { refused: 'omar is in no group that may approve this dossier' });
    assert.equal((await incident.closed()).outcome, 'repaired');
    assert.equal(incident.input('plan').length, 1);
  });

  it('that the validator rejects leaves no event in the history', async () => {
    const incident = await ask({ judge: judged(verdict(1)) });
    await atDecide(incident);
    const before = await historyOf(incident.handle);
    const other = decision('omar').token;
    const refusals: [ReturnType<typeof edit>, string, RegExp][] = [
      [
        edit('omar', 6, { dossier: digests.plan }),
        'edit-refused',
        /the edit is about another dossier: the open dossier is sha256:/,
      ],
      [{ ...edit('omar', 6), parameters: { to: 7 } }, 'edit-refused', /dossier, parameters or reason/],
      [{ ...edit('omar', 6), parameters: {} }, 'bad-input', /malformed edit/],
      [edit('omar', 6, { token: other }), 'edit-refused', /another audience/],
      [edit('omar', 6, { token: 'aaaa.bbbb.cccc' }), 'edit-refused', /the token is not a JWT with all required claims/],
    ];
    for (const [sent, code, message] of refusals) await assert.rejects(incident.edit(sent), { code, message });
    assert.equal(await historyOf(incident.handle), before);
    await incident.decide('lea', 'deny');
    await incident.closed();
    await assert.rejects(incident.edit(edit('omar', 6)), { code: 'no-open-dossier' });
  });

  it('is refused after ten edits of an incident', async () => {
    let judgements = 0;
    const dossiers = Array.from({ length: 11 }, (_, index) => `sha256:${index.toString(16).repeat(64)}`);
    const judge: Activities['judge'] = async () => ({
      verdict: verdict(1),
      dossier: { digest: dossiers[judgements++] ?? '', ...validFor(60) },
    });
    const incident = await ask({ judge });
    for (const dossier of dossiers) {
      await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === dossier);
      await atDecide(incident);
      if (dossier !== dossiers.at(-1)) await incident.edit(edit('omar', 6, { dossier }));
    }
    const last = edit('omar', 6, { dossier: dossiers.at(-1) ?? '' });
    await assert.rejects(incident.edit(last), { code: 'edit-refused', message: /has 10 edits \(the limit\)/ });
    await incident.decide('lea', 'deny', dossiers.at(-1) ?? '');
    await incident.closed();
  });
});

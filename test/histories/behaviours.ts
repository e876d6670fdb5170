import type { WorkflowHandle } from '@temporalio/client';
import { reconcileSchedules } from '../../src/adapters/temporal/schedules.ts';
import { refused } from '../../src/lib/error.ts';
import { decisionSignal, statusQuery } from '../../workflows/messages.ts';
import { requestedIncident, parameters } from '../workflow/requested-incident.ts';
import { firing, gate, offered, openIncident, resolved, until } from '../workflow/incident.ts';
import { decision, edit, signIn } from '../workflow/people.ts';
import { scheduledIncident } from '../workflow/scheduled-incident.ts';
import { digests, judged, twoDossiers, verdict, type Activities } from '../workflow/script.ts';
import type { TestEnvironment } from '../workflow/environment.ts';

/** Drives one incident to its outcome on a real Temporal server. */
type Behaviour = (environment: TestEnvironment) => Promise<WorkflowHandle>;

const autonomous = judged(verdict(0, { phase: 'autonomous' }));
const notAsPredicted: Activities['verify'] = async () => ({ verified: false, mismatches: ['2 pods are not ready'] });

/** Reaches its outcome without messages. */
const withoutMessages =
  (answers: Partial<Activities>): Behaviour =>
  async (environment) => {
    const { handle, closed } = await openIncident(environment, answers);
    await closed();
    return handle;
  };

/** Runs until people can decide. `then` sends the messages that lead to the outcome. */
const afterOffer =
  (
    answers: Partial<Activities>,
    then: (incident: Awaited<ReturnType<typeof openIncident>>) => Promise<unknown>,
  ): Behaviour =>
  async (environment) => {
    const incident = await openIncident(environment, answers);
    await offered(incident);
    await then(incident);
    await incident.closed();
    return incident.handle;
  };

/** Repaired, reopened because its alerts fire again while it closes, and repaired again: two runs of one workflow. */
async function repairedTwice(environment: TestEnvironment) {
  const lease = gate();
  const since = '2026-11-21T13:00:00Z';
  const incident = await openIncident(
    environment,
    {
      judge: autonomous,
      closeLease: () => lease.opened,
      forwardLateAlerts: async ({ incident: again }) => ({
        occurrence: { incident: again, number: 2, flaps: 1, flapLimit: 3, since },
      }),
    },
    { number: 1, flaps: 0, flapLimit: 3 },
  );
  await until(async () => (await incident.stage()) === 'close');
  await incident.send(resolved, { ...firing, startsAt: since });
  lease.open();
  await incident.closed();
  return incident;
}

/**
 * Every path of an incident to an outcome, by the name of the behaviour. The recorded histories are in `recorded/`;
 * `node test/histories/record.ts <name>...` records missing histories and the named ones. A released history is never
 * recorded again: code that no longer replays it needs `patched()`.
 */
export const behaviours: Record<string, Behaviour> = {
  'repaired-after-one-approval': afterOffer({}, ({ decide }) => decide(decision('lea'))),
  'repaired-after-two-people-of-two-groups': afterOffer({ judge: judged(verdict(2)) }, async ({ decide }) => {
    await decide(decision('lea'));
    await decide(decision('lea', 'approve', { reason: 'and again' }));
    await decide(decision('omar'));
  }),
  'repaired-after-a-reminder-and-signals': afterOffer({ judge: judged(verdict(2), 9) }, async ({ handle, script }) => {
    await handle.signal(decisionSignal, decision('lea', 'approve', { claims: { aud: 'another' } }));
    await until(() => script.names().includes('remind'));
    await handle.signal(decisionSignal, decision('lea'));
    await handle.signal(decisionSignal, decision('omar'));
  }),
  'repaired-without-approval': withoutMessages({ judge: autonomous }),
  'repaired-although-it-resolved-during-execution': async (environment) => {
    const cluster = gate();
    const execute: Activities['execute'] = async ({ direction }) => {
      await cluster.opened;
      return { outcome: 'executed', execution: `exe-${direction}`, receipts: [] };
    };
    const incident = await openIncident(environment, { judge: autonomous, execute });
    await until(async () => (await incident.stage()) === 'execute');
    await incident.send(resolved);
    cluster.open();
    await incident.closed();
    return incident.handle;
  },
  'undone-because-not-as-predicted': withoutMessages({
    judge: autonomous,
    verify: async ({ direction }) =>
      direction === 'do' ? notAsPredicted({} as never) : { verified: true, mismatches: [] },
  }),
  'escalated-because-the-undo-does-not-restore': withoutMessages({ judge: autonomous, verify: notAsPredicted }),
  'escalated-because-no-playbook-fits': withoutMessages({ plan: async () => ({ none: 'no playbook fits' }) }),
  'escalated-because-policy-denies': withoutMessages({
    judge: async () => ({ verdict: { allowed: false, reasons: [{ rule: 'r', sentence: 'pods stay pending' }] } }),
  }),
  'escalated-because-an-activity-failed-permanently': withoutMessages({
    rehearse: () => Promise.reject(refused('sandbox-unavailable', 'no user namespaces')),
  }),
  'escalated-in-phase-assist': withoutMessages({ judge: judged(verdict(1, { phase: 'assist', execute: false })) }),
  'recorded-in-phase-shadow': withoutMessages({
    judge: async () => ({ verdict: verdict(1, { phase: 'shadow', execute: false }) }),
  }),
  'denied-after-an-approval': afterOffer({ judge: judged(verdict(2)) }, async ({ decide }) => {
    await decide(decision('lea'));
    await decide(decision('sam', 'deny', { reason: 'not on a Friday' }));
  }),
  'denied-while-the-gateway-refuses': async (environment) => {
    const preflight = gate();
    const prepare: Activities['prepare'] = async () => {
      await preflight.opened;
      return { ready: false, execution: 'exe', reasons: ['sam denied it'] };
    };
    const incident = await openIncident(environment, { prepare });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('sam', 'deny'));
    preflight.open();
    await incident.closed();
    return incident.handle;
  },
  'escalated-because-nobody-decided-on-high-tier': withoutMessages({ judge: judged(verdict(2, { tier: 'high' }), 1) }),
  'expired-undecided': withoutMessages({ judge: judged(verdict(1), 1) }),
  'cancelled-because-it-resolved': afterOffer({}, ({ send }) => send(resolved)),
  'cancelled-by-an-operator': afterOffer({}, ({ handle }) => handle.cancel()),
  'merged-into-another-incident': async (environment) => {
    const owner = { id: 'inc-0000000000000000', cluster: 'east', trace: 't', startsAt: firing.startsAt };
    const opened = await openIncident(
      environment,
      { takeOwnership: async () => ({ owner }) },
      { number: 1, flaps: 0, flapLimit: 3 },
    );
    await opened.closed();
    return opened.handle;
  },
  'escalated-because-it-flaps': async (environment) => {
    const opened = await openIncident(environment, {}, { number: 3, flaps: 2, flapLimit: 3 });
    await offered(opened);
    await opened.send({ ...firing, startsAt: '2026-11-21T13:00:00Z' });
    await opened.closed();
    return opened.handle;
  },
  'repaired-as-a-person-requested': async (environment) => {
    const incident = await requestedIncident(environment);
    await until(async () => (await incident.stage()) === 'decide');
    await incident.decide('omar');
    await incident.closed();
    return incident.handle;
  },
  'invalidated-because-the-request-is-refused': async (environment) => {
    const incident = await requestedIncident(environment, {
      admitRequest: async () => ({ refused: 'lea may not ask' }),
    });
    await incident.closed();
    return incident.handle;
  },
  'repaired-after-an-edit': async (environment) => {
    const incident = await requestedIncident(environment, { judge: twoDossiers() });
    await until(async () => (await incident.stage()) === 'decide');
    await incident.edit(edit('omar', 6));
    await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === digests.next);
    await incident.decide('sam', 'approve', digests.next);
    await incident.closed();
    return incident.handle;
  },
  'repaired-as-scheduled': async (environment) => {
    const entry = { id: 'nightly', cluster: 'east', playbook: 'add-capacity', parameters, cron: '0 3 * * *' };
    await reconcileSchedules(environment.client, [entry], signIn);
    const incident = await scheduledIncident(environment, entry.id);
    await until(async () => (await incident.stage()) === 'decide');
    await incident.decide(decision('lea'));
    await incident.handle.result();
    return incident.handle;
  },
  'repaired-and-fires-again-while-it-closes': async (environment) => {
    const { handle } = await repairedTwice(environment);
    return environment.client.workflow.getHandle(handle.workflowId, handle.signaledRunId);
  },
  'repaired-again-after-it-fired-again': async (environment) => (await repairedTwice(environment)).handle,
  'invalidated-because-the-gateway-refuses': withoutMessages({
    judge: autonomous,
    prepare: async () => ({ ready: false, execution: 'exe', reasons: ['kill switch is on'] }),
  }),
  'invalidated-because-a-precondition-changed': withoutMessages({
    judge: autonomous,
    execute: async () => ({ outcome: 'invalidated', execution: 'exe', reasons: ['precondition changed'] }),
  }),
  'repaired-although-one-of-two-alerts-resolved': afterOffer({}, async ({ send, decide }) => {
    await send({ ...firing, fingerprint: 'f2' });
    await send(resolved);
    await decide(decision('omar'));
  }),
};

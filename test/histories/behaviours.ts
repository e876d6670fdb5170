import type { WorkflowHandle } from '@temporalio/client';
import { reconcileSchedules } from '../../src/adapters/temporal/schedules.ts';
import { refused } from '../../src/lib/error.ts';
import { decisionSignal, statusQuery } from '../../workflows/messages.ts';
import { askedIncident, parameters } from '../workflow/asked-incident.ts';
import { firing, gate, offered, openIncident, resolved, until } from '../workflow/incident.ts';
import { decision, edit, proofs } from '../workflow/people.ts';
import { scheduledIncident } from '../workflow/scheduled-incident.ts';
import { digests, judged, twoDossiers, verdict, type Activities } from '../workflow/script.ts';
import type { World } from '../workflow/environment.ts';

/** Drives one incident to its end on a real Temporal server. */
type Behaviour = (world: World) => Promise<WorkflowHandle>;

const nobody = judged(verdict(0, { phase: 'autonomous' }));
const wrong: Activities['verify'] = async () => ({ verified: false, mismatches: ['2 pods are not ready'] });

/** Runs to its end by itself. */
const byItself =
  (answers: Partial<Activities>): Behaviour =>
  async (world) => {
    const { handle, closed } = await openIncident(world, answers);
    await closed();
    return handle;
  };

/** Runs until people are asked; `then` brings it to its end. */
const asked =
  (
    answers: Partial<Activities>,
    then: (incident: Awaited<ReturnType<typeof openIncident>>) => Promise<unknown>,
  ): Behaviour =>
  async (world) => {
    const incident = await openIncident(world, answers);
    await offered(incident);
    await then(incident);
    await incident.closed();
    return incident.handle;
  };

/** Repaired, fired again before that was closed, and repaired once more: two runs of one workflow. */
async function firedAgain(world: World) {
  const lease = gate();
  const since = '2026-11-21T13:00:00Z';
  const incident = await openIncident(
    world,
    {
      judge: nobody,
      closeLease: () => lease.opened,
      handOn: async ({ incident: again }) => ({
        opening: { incident: again, number: 2, flaps: 1, flapLimit: 3, since },
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
 * Every way in which an incident can end, by the name of the behaviour. The recorded histories stand beside this file;
 * `node test/histories/record.ts <name>...` records those that are missing or named. A history that was released is
 * never recorded again: code that no longer replays it needs `patched()`.
 */
export const behaviours: Record<string, Behaviour> = {
  'repaired-after-one-approval': asked({}, ({ decide }) => decide(decision('lea'))),
  'repaired-after-two-people-of-two-groups': asked({ judge: judged(verdict(2)) }, async ({ decide }) => {
    await decide(decision('lea'));
    await decide(decision('lea', 'approve', { reason: 'and again' }));
    await decide(decision('omar'));
  }),
  'repaired-after-a-reminder-and-signals': asked({ judge: judged(verdict(2), 9) }, async ({ handle, script }) => {
    await handle.signal(decisionSignal, decision('lea', 'approve', { claims: { aud: 'another' } }));
    await until(() => script.names().includes('remind'));
    await handle.signal(decisionSignal, decision('lea'));
    await handle.signal(decisionSignal, decision('omar'));
  }),
  'repaired-with-nobody-asked': byItself({ judge: nobody }),
  'repaired-though-it-resolved-during-execution': async (world) => {
    const cluster = gate();
    const execute: Activities['execute'] = async ({ direction }) => {
      await cluster.opened;
      return { outcome: 'executed', execution: `exe-${direction}`, receipts: [] };
    };
    const incident = await openIncident(world, { judge: nobody, execute });
    await until(async () => (await incident.stage()) === 'execute');
    await incident.send(resolved);
    cluster.open();
    await incident.closed();
    return incident.handle;
  },
  'undone-because-not-as-predicted': byItself({
    judge: nobody,
    verify: async ({ direction }) => (direction === 'do' ? wrong({} as never) : { verified: true, mismatches: [] }),
  }),
  'human-because-the-undo-does-not-restore': byItself({ judge: nobody, verify: wrong }),
  'human-because-nothing-fits': byItself({ plan: async () => ({ none: 'no playbook fits' }) }),
  'human-because-policy-denies': byItself({
    judge: async () => ({ verdict: { allowed: false, reasons: [{ rule: 'r', sentence: 'pods stay pending' }] } }),
  }),
  'human-because-an-activity-failed-for-good': byItself({
    rehearse: () => Promise.reject(refused('sandbox-failed', 'the snapshot cannot be loaded')),
  }),
  'human-in-phase-assist': byItself({ judge: judged(verdict(1, { phase: 'assist', execute: false })) }),
  'recorded-in-phase-shadow': byItself({
    judge: async () => ({ verdict: verdict(1, { phase: 'shadow', execute: false }) }),
  }),
  'denied-after-an-approval': asked({ judge: judged(verdict(2)) }, async ({ decide }) => {
    await decide(decision('lea'));
    await decide(decision('sam', 'deny', { reason: 'not on a Friday' }));
  }),
  'denied-while-the-gateway-refuses': async (world) => {
    const door = gate();
    const prepare: Activities['prepare'] = async () => {
      await door.opened;
      return { ready: false, execution: 'exe', reasons: ['sam denied it'] };
    };
    const incident = await openIncident(world, { prepare });
    await offered(incident);
    await incident.decide(decision('lea'));
    await incident.decide(decision('sam', 'deny'));
    door.open();
    await incident.closed();
    return incident.handle;
  },
  'human-because-nobody-decided-on-high-tier': byItself({ judge: judged(verdict(2, { tier: 'high' }), 1) }),
  'expired-undecided': byItself({ judge: judged(verdict(1), 1) }),
  'cancelled-because-it-resolved': asked({}, ({ send }) => send(resolved)),
  'cancelled-by-hand': asked({}, ({ handle }) => handle.cancel()),
  'merged-into-another-incident': async (world) => {
    const owner = { id: 'inc-0000000000000000', cluster: 'east', trace: 't', startsAt: firing.startsAt };
    const opened = await openIncident(world, { claim: async () => ({ owner }) }, { number: 1, flaps: 0, flapLimit: 3 });
    await opened.closed();
    return opened.handle;
  },
  'human-because-it-flaps': async (world) => {
    const opened = await openIncident(world, {}, { number: 3, flaps: 2, flapLimit: 3 });
    await offered(opened);
    await opened.send({ ...firing, startsAt: '2026-11-21T13:00:00Z' });
    await opened.closed();
    return opened.handle;
  },
  'repaired-as-a-person-asked': async (world) => {
    const incident = await askedIncident(world);
    await until(async () => (await incident.stage()) === 'decide');
    await incident.decide('omar');
    await incident.closed();
    return incident.handle;
  },
  'void-because-the-request-is-refused': async (world) => {
    const incident = await askedIncident(world, { admitRequest: async () => ({ refused: 'lea may not ask' }) });
    await incident.closed();
    return incident.handle;
  },
  'repaired-after-an-edit': async (world) => {
    const incident = await askedIncident(world, { judge: twoDossiers() });
    await until(async () => (await incident.stage()) === 'decide');
    await incident.edit(edit('omar', 6));
    await until(async () => (await incident.handle.query(statusQuery)).dossier?.digest === digests.next);
    await incident.decide('sam', 'approve', digests.next);
    await incident.closed();
    return incident.handle;
  },
  'repaired-as-scheduled': async (world) => {
    const entry = { id: 'nightly', cluster: 'east', playbook: 'add-capacity', parameters, cron: '0 3 * * *' };
    await reconcileSchedules(world.client, [entry], proofs);
    const incident = await scheduledIncident(world, entry.id);
    await until(async () => (await incident.stage()) === 'decide');
    await incident.decide(decision('lea'));
    await incident.handle.result();
    return incident.handle;
  },
  'repaired-and-fires-again-while-it-closes': async (world) => {
    const { handle } = await firedAgain(world);
    return world.client.workflow.getHandle(handle.workflowId, handle.signaledRunId);
  },
  'repaired-again-after-it-fired-again': async (world) => (await firedAgain(world)).handle,
  'void-because-the-gateway-refuses': byItself({
    judge: nobody,
    prepare: async () => ({ ready: false, execution: 'exe', reasons: ['halted'] }),
  }),
  'void-at-the-door': byItself({
    judge: nobody,
    execute: async () => ({ outcome: 'void', execution: 'exe', reasons: ['basis changed'] }),
  }),
  'waits-though-one-of-two-alerts-resolved': asked({}, async ({ send, decide }) => {
    await send({ ...firing, fingerprint: 'f2' });
    await send(resolved);
    await decide(decision('omar'));
  }),
};

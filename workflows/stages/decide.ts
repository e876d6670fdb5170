import { condition } from '@temporalio/workflow';
import { execution, governance, observation } from '../activity-options.ts';
import type { ExecutablePlan } from './execute.ts';
import type { IncidentState } from '../incident/incident-state.ts';
import type { Origin } from './origin.ts';
import { invalidated } from '../incident/outcome.ts';
import type { Rehearsed } from './rehearse.ts';
import type { Ended, StageResult } from '../incident/stage-result.ts';
import { waitForPeople } from './waiting.ts';

/**
 * Waits for people to approve a dossier, then rehearses its plan once more against the current cluster: an approval may
 * be an hour old. The incident ends when people do not approve, or when the gateway invalidates the dossier.
 */
export async function decide(
  state: IncidentState,
  origin: Origin,
  rehearsed: Rehearsed,
): Promise<StageResult<ExecutablePlan>> {
  const { incident } = state.input;
  const { plan, report } = rehearsed;
  const dossier = rehearsed.dossier.digest;
  const decided = await state.stage('decide', () => decideInTime(state, origin, rehearsed));
  if (!('done' in decided)) return decided;

  const prepared = await state.stage('prepare', () => execution.prepare({ incident, dossier }));
  if (!('done' in prepared)) return prepared;
  if (!prepared.done.ready) return { ended: invalidated(prepared.done.reasons.join('; ')) };

  const { challenge, execution: id } = prepared.done;
  const preflight = await state.stage('preflight', () =>
    observation.rehearse({ incident, plan, preflight: { challenge, execution: id } }),
  );
  if (!('done' in preflight)) return preflight;
  return { done: { incident, plan, report, dossier, preflight: preflight.done.report } };
}

/** Offers the dossier, and reminds one group after another until people have decided or the dossier expires. */
async function decideInTime(
  state: IncidentState,
  { requesters }: Origin,
  rehearsed: Rehearsed,
): Promise<Rehearsed | Ended> {
  const { incident } = state.input;
  const { tier, obligation, dossier } = rehearsed;
  state.offer(rehearsed, requesters);
  const unanswered = await waitForPeople(
    { tier, obligation, expiresAt: dossier.expiresAt },
    {
      now: Date.now,
      waitFor: condition,
      isSettled: () => state.isSettled(),
      isIdle: () => state.isIdle(),
      remind: (group) => governance.remind({ incident, dossier: dossier.digest, group, tier }),
    },
  );
  return unanswered ? { ended: unanswered } : rehearsed;
}

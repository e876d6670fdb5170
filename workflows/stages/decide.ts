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
 * Waits for people to approve a dossier. Then rehearses the plan of the dossier once more, against the current cluster
 * (the preflight), because the first rehearsal may be an hour old.
 * @returns the plan that may be executed. Returns the end of the incident if people do not approve, messages end the
 * incident, or the gateway invalidates the dossier. Returns the edit if somebody edits the dossier.
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
  if (!('result' in decided)) return decided;

  const prepared = await state.stage('prepare', () => execution.prepare({ incident, dossier }));
  if (!('result' in prepared)) return prepared;
  if (!prepared.result.ready) return { ended: invalidated(prepared.result.reasons.join('; ')) };

  const { challenge, execution: executionId } = prepared.result;
  const preflight = await state.stage('preflight', () =>
    observation.rehearse({ incident, plan, preflight: { challenge, execution: executionId } }),
  );
  if (!('result' in preflight)) return preflight;
  return { result: { incident, plan, report, dossier, preflight: preflight.result.report } };
}

/**
 * Opens the dossier for decisions and edits. Reminds one group of approvers after another, until nothing is left to
 * wait for or the dossier expires. @returns `rehearsed`, or the end of the incident if the dossier has expired.
 */
async function decideInTime(
  state: IncidentState,
  { requesters }: Origin,
  rehearsed: Rehearsed,
): Promise<Rehearsed | Ended> {
  const { incident } = state.input;
  const { tier, obligation, dossier } = rehearsed;
  state.offer(rehearsed, requesters);
  const expired = await waitForPeople(
    { tier, obligation, expiresAt: dossier.expiresAt },
    {
      now: Date.now,
      waitFor: condition,
      isSettled: () => state.isSettled(),
      isIdle: () => state.isIdle(),
      remind: (group) => governance.remind({ incident, dossier: dossier.digest, group, tier }),
    },
  );
  return expired ? { ended: expired } : rehearsed;
}

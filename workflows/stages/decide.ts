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
 * Runs the stages `decide`, `prepare` and `preflight`. First people decide on the dossier. Then the gateway checks the
 * dossier and returns a challenge. Then the plan is rehearsed again, because the first rehearsal may be an hour old.
 * @returns the plan to execute, unless the incident has ended or somebody has edited the dossier.
 */
export async function decide(
  state: IncidentState,
  origin: Origin,
  rehearsed: Rehearsed,
): Promise<StageResult<ExecutablePlan>> {
  const { incident } = state.input;
  const { plan, report } = rehearsed;
  const dossier = rehearsed.dossier.digest;
  const decided = await state.stage('decide', () => offerDossier(state, origin, rehearsed));
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
 * Opens the dossier for decisions and edits. Waits until people have approved, denied or edited the dossier, until
 * alerts have ended the incident, or until the dossier has expired.
 * @returns the end of the incident if the dossier has expired, otherwise `rehearsed`.
 */
async function offerDossier(
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

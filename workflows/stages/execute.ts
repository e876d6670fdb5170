import { CancellationScope } from '@temporalio/workflow';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { execution, observation } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';
import { escalated, invalidated, type Outcome } from '../incident/outcome.ts';
import type { EndedOrEdited } from '../incident/stage-result.ts';

/** An approved plan whose preflight has run. */
export interface ExecutablePlan {
  incident: Incident;
  plan: Digest;
  /** Digest of the report in the dossier. This report contains the predictions to verify. */
  report: Digest;
  dossier: Digest;
  /** Digest of the preflight report. */
  preflight: Digest;
}

/**
 * Executes an approved plan. After the execution has begun, the workflow ignores resolved alerts and cancellations.
 * @returns the end of the incident. The type also allows an edit, but this function returns no edit.
 */
export async function execute(state: IncidentState, approved: ExecutablePlan): Promise<EndedOrEdited> {
  const executed = await state.stage('execute', () => {
    state.rejectDecisionsAndEdits();
    return CancellationScope.nonCancellable(() => executeAndVerify(state, approved));
  });
  return 'result' in executed ? { ended: executed.result } : executed;
}

/**
 * Executes the plan and verifies the predictions. Undoes the plan if a checked prediction did not come true. Also
 * undoes the plan if a step failed and the cluster may have been changed.
 */
async function executeAndVerify(
  state: IncidentState,
  { incident, plan, report, dossier, preflight }: ExecutablePlan,
): Promise<Outcome> {
  const planRun = await execution.execute({ incident, dossier, direction: 'do', report: preflight });
  if (planRun.outcome === 'invalidated') return invalidated(planRun.reasons.join('; '));
  if (planRun.outcome === 'failed' && planRun.receipts.length === 0)
    return escalated(`the cluster was not changed: ${planRun.reason}`);

  const failure =
    planRun.outcome === 'failed'
      ? planRun.reason
      : await state.stageAfterExecution('verify', () => mismatch({ incident, plan, report, direction: 'do' }));
  if (!failure) return { outcome: 'repaired', reason: 'every checked prediction came true' };

  const undoRun = await state.stageAfterExecution('undo', () =>
    execution.execute({ incident, dossier, direction: 'undo' }),
  );
  if (undoRun.outcome === 'invalidated')
    return escalated(`${failure}; the undo was invalidated: ${undoRun.reasons.join('; ')}`);
  if (undoRun.outcome === 'failed') return escalated(`${failure}; the undo failed: ${undoRun.reason}`);

  const undoMismatch = await state.stageAfterExecution('verify the undo', () =>
    mismatch({ incident, plan, report, direction: 'undo' }),
  );
  return undoMismatch ? escalated(`${failure}; undone, but ${undoMismatch}`) : { outcome: 'undone', reason: failure };
}

/**
 * Compares the cluster with the expected state. After the plan (`do`), the predictions are expected. After the undo
 * (`undo`), the state before the plan is expected.
 * @returns how the cluster differs, or undefined if nothing differs. The text says "predicted" even for `undo`, because
 * recorded histories contain this text.
 */
async function mismatch(compared: Parameters<typeof observation.verify>[0]): Promise<string | undefined> {
  const { verified, mismatches } = await observation.verify(compared);
  return verified ? undefined : `not as predicted: ${mismatches.join('; ')}`;
}

import { CancellationScope } from '@temporalio/workflow';
import type { Digest } from '../../src/lib/digest.ts';
import { execution, observation } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';
import { escalated, invalidated, type Outcome } from '../incident/outcome.ts';
import type { EndedOrEdited } from '../incident/stage-result.ts';

type VerifyInput = Parameters<typeof observation.verify>[0];

/** An approved plan after its preflight, the last rehearsal before execution. */
export interface ExecutablePlan extends Omit<VerifyInput, 'direction'> {
  dossier: Digest;
  /** Digest of the preflight's report, which contains the gateway's challenge. */
  preflight: Digest;
}

/**
 * Executes an approved plan. Once the execution has begun, neither resolved alerts nor a cancelled workflow stop it.
 * @returns how the incident ended. The type also allows an edit, but this stage rejects edits.
 */
export async function execute(state: IncidentState, approved: ExecutablePlan): Promise<EndedOrEdited> {
  const executed = await state.stage('execute', () => {
    state.rejectDecisions();
    return CancellationScope.nonCancellable(() => change(state, approved));
  });
  return 'result' in executed ? { ended: executed.result } : executed;
}

/**
 * Changes the cluster and verifies the predictions. Undoes the change if a step failed after an earlier step had
 * changed the cluster, or if a prediction did not come true.
 */
async function change(
  state: IncidentState,
  { incident, plan, report, dossier, preflight }: ExecutablePlan,
): Promise<Outcome> {
  const planRun = await execution.execute({ incident, dossier, direction: 'do', report: preflight });
  if (planRun.outcome === 'invalidated') return invalidated(planRun.reasons.join('; '));
  if (planRun.outcome === 'failed' && planRun.receipts.length === 0)
    return escalated(`nothing was written: ${planRun.reason}`);

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
 * Compares the cluster with the expected state. For `do`, this state is the predictions; for `undo`, it is the state
 * before the plan. The text says "predicted" for both, because recorded histories contain this text.
 * @returns how the cluster differs, or undefined if nothing differs.
 */
async function mismatch(compared: VerifyInput): Promise<string | undefined> {
  const { verified, mismatches } = await observation.verify(compared);
  return verified ? undefined : `not as predicted: ${mismatches.join('; ')}`;
}

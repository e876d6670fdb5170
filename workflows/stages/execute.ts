import { CancellationScope } from '@temporalio/workflow';
import type { Digest } from '../../src/lib/digest.ts';
import { execution, observation } from '../activity-options.ts';
import type { IncidentState } from '../incident/incident-state.ts';
import { escalated, invalidated, type Outcome } from '../incident/outcome.ts';
import type { Interrupted } from '../incident/stage-result.ts';

type VerifyInput = Parameters<typeof observation.verify>[0];

/** A plan that may be executed: `preflight` is the digest of the report that the gateway's challenge asked for. */
export interface ExecutablePlan extends Omit<VerifyInput, 'direction'> {
  dossier: Digest;
  preflight: Digest;
}

/** Executes an approved plan. From here on resolved alerts and cancellation no longer stop it. */
export async function execute(state: IncidentState, target: ExecutablePlan): Promise<Interrupted> {
  const executed = await state.stage('execute', () => {
    state.stopDeciding();
    return CancellationScope.nonCancellable(() => change(state, target));
  });
  return 'done' in executed ? { ended: executed.done } : executed;
}

/** Changes the cluster and verifies the prediction. Undoes the change when the prediction did not come true. */
async function change(
  state: IncidentState,
  { incident, plan, report, dossier, preflight }: ExecutablePlan,
): Promise<Outcome> {
  const done = await execution.execute({ incident, dossier, direction: 'do', report: preflight });
  if (done.outcome === 'invalidated') return invalidated(done.reasons.join('; '));
  if (done.outcome === 'failed' && done.receipts.length === 0) return escalated(`nothing was written: ${done.reason}`);

  const failure =
    done.outcome === 'failed'
      ? done.reason
      : await state.stageAfterExecution('verify', () => mismatch({ incident, plan, report, direction: 'do' }));
  if (!failure) return { outcome: 'repaired', reason: 'every prediction came true' };

  const undone = await state.stageAfterExecution('undo', () =>
    execution.execute({ incident, dossier, direction: 'undo' }),
  );
  if (undone.outcome === 'invalidated')
    return escalated(`${failure}; the undo was invalidated: ${undone.reasons.join('; ')}`);
  if (undone.outcome === 'failed') return escalated(`${failure}; the undo failed: ${undone.reason}`);

  const left = await state.stageAfterExecution('verify the undo', () =>
    mismatch({ incident, plan, report, direction: 'undo' }),
  );
  return left ? escalated(`${failure}; undone, but ${left}`) : { outcome: 'undone', reason: failure };
}

async function mismatch(compared: VerifyInput): Promise<string | undefined> {
  const { verified, mismatches } = await observation.verify(compared);
  return verified ? undefined : `not as predicted: ${mismatches.join('; ')}`;
}

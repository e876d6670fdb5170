import { allHandlersFinished, CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import { governance, observation } from './activity-options.ts';
import { decide } from './stages/decide.ts';
import { execute } from './stages/execute.ts';
import { forwardLateAlerts } from './stages/forward-late-alerts.ts';
import { IncidentState } from './incident/incident-state.ts';
import type { RemediationInput } from './messages.ts';
import { requestCauseOf, originOf, withEdit, type Origin } from './stages/origin.ts';
import { escalated, invalidated, reasonOf, terminalOutcome, type Outcome } from './incident/outcome.ts';
import { rehearse } from './stages/rehearse.ts';
import { isEnded, type Ended } from './incident/stage-result.ts';

/** The workflow of one incident. The cause of the incident is alerts, a person's request or a schedule. */
export async function remediation(input: RemediationInput): Promise<Outcome> {
  const state = new IncidentState(input);
  // Stale: the occurrence had closed before this run started, so the run writes nothing to the journal.
  const { ended, stale } = await terminalOutcome(() => repair(state));
  const reached = await state.enterCloseStage(ended);
  const outcome = stale ? reached : await CancellationScope.nonCancellable(() => close(state, reached));
  state.setOutcome(outcome);
  // A stale run or a merged incident forwards all alerts that it has accepted. They belong to another incident now, or
  // to a later occurrence.
  if (stale || reached.outcome === 'merged') state.alerts.releaseAccepted();
  const occurrence = await CancellationScope.nonCancellable(() => forwardLateAlerts(state));
  if (!occurrence) return outcome;
  // A late delivery was routed to `occurrence`. The workflow id for `occurrence` is the id of this workflow. So this
  // workflow continues with `occurrence`.
  const { incident } = occurrence;
  return continueAsNew<typeof remediation>({ ...input, incident, occurrence, carried: state.alerts.late() });
}

/** Runs all stages except `close`. After each edit of a dossier, the stages begin again at `observe`. */
async function repair(state: IncidentState): Promise<Ended> {
  let origin = await open(state);
  for (;;) {
    if (isEnded(origin)) return origin;
    // Stages: observe, plan, rehearse, judge.
    const rehearsed = await rehearse(state, origin);
    // Stages: decide, prepare, preflight.
    const approved = 'result' in rehearsed ? await decide(state, origin, rehearsed.result) : rehearsed;
    // Stages: execute, verify, undo, verify the undo.
    const executed = 'result' in approved ? await execute(state, approved.result) : approved;
    if (isEnded(executed)) return executed;
    origin = withEdit(origin, executed);
  }
}

/**
 * If alerts open the incident, waits for the first alert. Then writes to the journal that the incident is open.
 * @returns the origin of the first plan, or the end of the incident.
 */
async function open(state: IncidentState): Promise<Origin | Ended> {
  const { incident, occurrence } = state.input;
  const { alerts } = state;
  const requestCause = requestCauseOf(state.input);
  if (!requestCause && !(await condition(alerts.hasAlerts, '1 minute')))
    return { ended: escalated('no alert arrived within 1 minute') };
  const { opened } = await governance.open({ incident, occurrence, alerts: alerts.sample(), requestCause });
  if (occurrence && !opened)
    return { ended: invalidated('the occurrence had closed before this workflow started'), stale: true };
  return originOf(state.input, requestCause);
}

/**
 * Revokes the incident's read lease: the Vault lease for reading the cluster. Then writes the outcome to the journal.
 * If the revocation fails, the reason of the outcome says so.
 * @returns the written outcome.
 */
async function close({ input, alerts }: IncidentState, reached: Outcome): Promise<Outcome> {
  const { incident, occurrence } = input;
  const failure = await observation.closeLease({ incident }).then(() => undefined, reasonOf);
  const reason = failure
    ? `${reached.reason}; the read lease could not be revoked, so it stays valid until it expires (${failure})`
    : reached.reason;
  const outcome = { ...reached, reason };
  // A merged incident forwards its alerts to the owner of the object. The owner accepts and counts these alerts.
  const accepted = outcome.outcome === 'merged' ? [] : alerts.accepted();
  await governance.close({ incident, occurrence, flaps: alerts.flaps(), accepted, ...outcome });
  await condition(allHandlersFinished);
  return outcome;
}

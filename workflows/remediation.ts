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

/**
 * One incident, from its cause (alerts, a request or a schedule) to its outcome. ARCHITECTURE.md shows the same path.
 */
export async function remediation(input: RemediationInput): Promise<Outcome> {
  const state = new IncidentState(input);
  // Stale: the occurrence had closed before this run started, so the run writes nothing to the journal.
  const { ended, stale } = await terminalOutcome(() => repair(state));
  const reached = await state.stopAccepting(ended);
  const outcome = stale ? reached : await CancellationScope.nonCancellable(() => close(state, reached));
  state.setOutcome(outcome);
  // The alerts of a stale or merged incident belong to another occurrence or incident, so they are forwarded to it.
  if (stale || reached.outcome === 'merged') state.alerts.releaseAccepted();
  const occurrence = await CancellationScope.nonCancellable(() => forwardLateAlerts(state));
  if (!occurrence) return outcome;
  // A late alert has opened or reopened an incident of the same group. That incident has this workflow's id, so this
  // workflow continues with it.
  const { incident } = occurrence;
  return continueAsNew<typeof remediation>({ ...input, incident, occurrence, carried: state.alerts.late() });
}

/** Runs the stages between `open` and `close`. If the dossier is edited, runs them again for the edited plan. */
async function repair(state: IncidentState): Promise<Ended> {
  let origin = await open(state);
  for (;;) {
    if (isEnded(origin)) return origin;
    const rehearsed = await rehearse(state, origin); // observe, plan, rehearse, judge
    const approved = 'result' in rehearsed ? await decide(state, origin, rehearsed.result) : rehearsed; // people, preflight
    const executed = 'result' in approved ? await execute(state, approved.result) : approved; // execute, verify, undo
    if (isEnded(executed)) return executed;
    origin = withEdit(origin, executed);
  }
}

/**
 * Opens the incident in the journal. An incident without request or schedule first waits for its first alert. A request
 * then needs the gateway's admission.
 */
async function open(state: IncidentState): Promise<Origin | Ended> {
  const { incident, occurrence } = state.input;
  const { alerts } = state;
  const requestCause = requestCauseOf(state.input);
  if (!requestCause && !(await condition(alerts.any, '1 minute')))
    return { ended: escalated('no alert arrived within 1 minute') };
  const { opened } = await governance.open({ incident, occurrence, alerts: alerts.shown(), requestCause });
  if (occurrence && !opened)
    return { ended: invalidated('the occurrence had closed before this workflow started'), stale: true };
  return originOf(state.input, requestCause);
}

/**
 * Revokes the read lease (of the credential that observed the cluster) and writes the outcome to the journal. If the
 * lease cannot be revoked, it expires at the end of its time to live, and the outcome's reason says so.
 */
async function close({ input, alerts }: IncidentState, reached: Outcome): Promise<Outcome> {
  const { incident, occurrence } = input;
  const failure = await observation.closeLease({ incident }).then(() => undefined, reasonOf);
  const reason = failure
    ? `${reached.reason}; the incident's read lease was not revoked and expires by itself (${failure})`
    : reached.reason;
  const outcome = { ...reached, reason };
  // The incident that continues for both accepts the alerts of a merged incident, so none is counted here.
  const accepted = outcome.outcome === 'merged' ? [] : alerts.accepted();
  await governance.close({ incident, occurrence, flaps: alerts.flaps(), accepted, ...outcome });
  await condition(allHandlersFinished);
  return outcome;
}

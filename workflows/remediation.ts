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

/** One incident from its cause to its outcome: the path that ARCHITECTURE draws, from top to bottom. */
export async function remediation(input: RemediationInput): Promise<Outcome> {
  const state = new IncidentState(input);
  const { ended, stale } = await terminalOutcome(() => repair(state));
  const reached = await state.stopAccepting(ended);
  const outcome = stale ? reached : await CancellationScope.nonCancellable(() => close(state, reached));
  state.setOutcome(outcome);
  if (stale || reached.outcome === 'merged') state.alerts.releaseAccepted();
  const occurrence = await CancellationScope.nonCancellable(() => forwardLateAlerts(state));
  if (!occurrence) return outcome;
  const { incident } = occurrence;
  return continueAsNew<typeof remediation>({ ...input, incident, occurrence, carried: state.alerts.late() });
}

/** Each edit of a dossier starts another round, until the incident ends. */
async function repair(state: IncidentState): Promise<Ended> {
  let origin = await open(state);
  for (;;) {
    if (isEnded(origin)) return origin;
    const rehearsed = await rehearse(state, origin); // observe, plan, rehearse, judge
    const approved = 'done' in rehearsed ? await decide(state, origin, rehearsed.done) : rehearsed; // people and gateway
    const changed = 'done' in approved ? await execute(state, approved.done) : approved; // execute, verify, undo
    if (isEnded(changed)) return changed;
    origin = withEdit(origin, changed);
  }
}

/** Opens the incident in the journal, once there is an alert or a request that it is about. */
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
 * Revokes the read lease and writes the outcome to the journal. A lease that cannot be revoked expires at the end of its
 * time to live; the outcome's reason says so.
 */
async function close({ input, alerts }: IncidentState, reached: Outcome): Promise<Outcome> {
  const { incident, occurrence } = input;
  const failure = await observation.closeLease({ incident }).then(() => undefined, reasonOf);
  const reason = failure
    ? `${reached.reason}; its read lease was not revoked and expires by itself (${failure})`
    : reached.reason;
  const outcome = { ...reached, reason };
  // The incident that this one was merged into accepts its alerts, so they are not counted here.
  const accepted = outcome.outcome === 'merged' ? [] : alerts.accepted();
  await governance.close({ incident, occurrence, flaps: alerts.flaps(), accepted, ...outcome });
  await condition(allHandlersFinished);
  return outcome;
}

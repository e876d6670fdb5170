import { allHandlersFinished, CancellationScope, condition, continueAsNew } from '@temporalio/workflow';
import { governance, observation } from './activity-options.ts';
import { decide } from './decide.ts';
import { execute } from './execute.ts';
import { forwardLateAlerts } from './forward-late-alerts.ts';
import { IncidentState } from './incident-state.ts';
import type { RemediationInput } from './messages.ts';
import { askedOf, originOf, withEdit, type Origin } from './origin.ts';
import { escalated, invalidated, reasonOf, terminalOutcome, type Outcome } from './outcome.ts';
import { rehearse } from './rehearse.ts';
import { isEnded, type Ended } from './stage-result.ts';

/** One incident from its cause to its outcome: the path that ARCHITECTURE draws, from top to bottom. */
export async function remediation(input: RemediationInput): Promise<Outcome> {
  const state = new IncidentState(input);
  const { ended, stale } = await terminalOutcome(() => repair(state));
  const reached = await state.stopAccepting(ended);
  const outcome = stale ? reached : await CancellationScope.nonCancellable(() => close(state, reached));
  state.setOutcome(outcome);
  if (stale || reached.outcome === 'merged') state.alerts.releaseAccepted();
  const opening = await CancellationScope.nonCancellable(() => forwardLateAlerts(state));
  if (!opening) return outcome;
  const { incident } = opening;
  return continueAsNew<typeof remediation>({ ...input, incident, opening, carried: state.alerts.late() });
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
  const { incident, opening } = state.input;
  const { alerts } = state;
  const asked = askedOf(state.input);
  if (!asked && !(await condition(alerts.any, '1 minute'))) return { ended: escalated('no alert came with it') };
  const { opened } = await governance.open({ incident, opening, alerts: alerts.shown(), asked });
  if (opening && !opened) return { ended: invalidated('it was over before it was started'), stale: true };
  return originOf(state.input, asked);
}

/**
 * Revokes the read lease and writes the outcome to the journal. A lease that cannot be revoked expires at the end of its
 * time to live; the outcome's reason says so.
 */
async function close({ input, alerts }: IncidentState, reached: Outcome): Promise<Outcome> {
  const { incident, opening } = input;
  const failure = await observation.closeLease({ incident }).then(() => undefined, reasonOf);
  const reason = failure ? `${reached.reason}; ${failure}: its read lease ends by its own time` : reached.reason;
  const outcome = { ...reached, reason };
  // The incident that this one was merged into accepts its alerts, so they are not counted here.
  const taken = outcome.outcome === 'merged' ? [] : alerts.taken();
  await governance.close({ incident, opening, flaps: alerts.flaps(), taken, ...outcome });
  await condition(allHandlersFinished);
  return outcome;
}

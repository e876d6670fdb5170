import type { Alerts } from './alerts.ts';
import type { Decisions } from './decisions.ts';
import type { Edits } from './edits.ts';
import { denied, Ended, human } from './ending.ts';
import type { RemediationInput, Status } from './messages.ts';

/** One incident on its way: what it was started with, where it stands, and what people and monitoring say meanwhile. */
export interface Way extends RemediationInput {
  status: Omit<Status, 'decisions'>;
  alerts: Alerts;
  decisions: Decisions;
  edits: Edits;
}

/** The way's next stage, unless it is over before. @throws Ended */
export function enter(all: Way, stage: string): void {
  all.status.stage = stage;
  mayGoOn(all);
}

/** Before execution, an incident that is over is cancelled, one deny ends it, and one that flaps is a person's. */
function mayGoOn(all: Way): void {
  const { alerts, decisions } = all;
  if (isResolved(all)) throw new Ended({ outcome: 'cancelled', reason: 'the alerts resolved before execution' });
  if (isFlapping(all)) {
    throw new Ended(human(`flapping: it has fired again ${alerts.flaps()} times, and is not repaired once more`));
  }
  const approval = decisions.approval();
  if (approval?.state === 'denied') throw new Ended(denied(approval.by));
}

/** True where nobody has to be waited for any more. */
export function isOver(all: Way): boolean {
  return isResolved(all) || isFlapping(all);
}

/** Alerts that resolve say that there is nothing left to repair; what somebody asked for stands all the same. */
function isResolved({ request, scheduled, alerts }: Way): boolean {
  return !request && !scheduled && alerts.resolved();
}

function isFlapping({ opening, alerts }: Way): boolean {
  return opening !== undefined && alerts.flaps() >= opening.flapLimit;
}

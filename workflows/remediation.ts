import { allHandlersFinished, CancellationScope, condition, continueAsNew, setHandler } from '@temporalio/workflow';
import type { Digest } from '../src/domain/digest.ts';
import type { AdmittedEdit } from '../src/domain/edit.ts';
import { takeAlerts, type Alerts } from './alerts.ts';
import { execution, governance, observation } from './activity-options.ts';
import { takeDecisions } from './decisions.ts';
import { takeEdits } from './edits.ts';
import { Ended, endOf, human, reasonOf, type Ending } from './ending.ts';
import { handOn } from './hand-on.ts';
import { statusQuery, type RemediationInput, type Status } from './messages.ts';
import { askedOf, edited, originOf, type Origin } from './origin.ts';
import { rehearse, type Rehearsed } from './rehearse.ts';
import { waitForPeople } from './waiting.ts';
import { enter, isOver, type Way } from './way.ts';

/** One incident, from its cause to its end: the way that ARCHITECTURE draws, top to bottom. */
export async function remediation(input: RemediationInput): Promise<Ending> {
  const status: Omit<Status, 'decisions'> = { stage: 'open' };
  const decisions = takeDecisions(input);
  const edits = takeEdits(input);
  const alerts = takeAlerts(input);
  setHandler(statusQuery, () => ({ ...status, decisions: decisions.admitted() }));
  const ended = await endOf(() => way({ ...input, status, alerts, decisions, edits }));
  edits.close();
  const ending = await decisions.lastWord(ended);
  alerts.turnAway();
  status.stage = 'close';
  const stale = ending === overBefore;
  status.outcome = stale ? ending : await CancellationScope.nonCancellable(() => finish(input, alerts, ending));
  if (stale || ending.outcome === 'merged') alerts.giveUp();
  const opening = await CancellationScope.nonCancellable(() => handOn(input, alerts));
  if (!opening) return status.outcome;
  const { incident } = opening;
  return continueAsNew<typeof remediation>({ ...input, incident, opening, carried: alerts.turnedAway() });
}

/** Of a run whose opening was over when it began: nothing is written down, its alerts are handed on. */
const overBefore: Ending = { outcome: 'void', reason: 'it was over before it was started' };

async function way(all: Way): Promise<Ending> {
  const { incident, opening, alerts } = all;
  const asked = askedOf(all);
  if (!asked && !(await condition(alerts.any, '1 minute'))) return human('no alert came with it');
  const { opened } = await governance.open({ incident, opening, alerts: alerts.shown(), asked });
  if (opening && !opened) return overBefore;
  let origin = await originOf(all, asked);
  for (;;) {
    const rehearsed = await rehearse(all, origin);
    const next = await decide(all, origin, rehearsed);
    if ('door' in next)
      return CancellationScope.nonCancellable(() => change(next, (stage) => (all.status.stage = stage)));
    origin = edited(origin, rehearsed, next);
  }
}

/**
 * Waits for people, and rehearses at the door what they approved.
 * @returns what may be executed, or the edit that made the dossier void. @throws Ended where neither is left.
 */
async function decide(
  all: Way,
  { requesters }: Origin,
  { plan, report, dossier, tier, obligation }: Rehearsed,
): Promise<Target | AdmittedEdit> {
  const { incident, status, decisions, edits } = all;
  enter(all, 'decide');
  status.dossier = dossier;
  decisions.offer({ ...dossier, obligation, requesters });
  edits.offer(dossier.digest);
  const unanswered = await waitForPeople(
    { tier, obligation, expiresAt: dossier.expiresAt },
    {
      now: Date.now,
      holds: condition,
      settled: () => isOver(all) || decisions.approval()?.state !== 'waiting' || edits.taken() !== undefined,
      quiet: () => decisions.quiet() && edits.quiet(),
      remind: (group) => governance.remind({ incident, dossier: dossier.digest, group, tier }),
    },
  );
  if (unanswered) throw new Ended(unanswered);
  let edit = await edits.settled();
  if (edit) return replaced(all, edit);

  enter(all, 'prepare');
  const prepared = await execution.prepare({ incident, dossier: dossier.digest });
  edit = await edits.settled();
  if (edit) return replaced(all, edit);
  if (!prepared.ready) throw new Ended({ outcome: 'void', reason: prepared.reasons.join('; ') });

  enter(all, 'rehearse at the door');
  const { challenge, execution: id } = prepared;
  const door = await observation.rehearse({ incident, plan, door: { challenge, execution: id } });
  edit = await edits.settled();
  if (edit) return replaced(all, edit);

  enter(all, 'execute');
  decisions.close();
  edits.close();
  return { incident, plan, report, dossier: dossier.digest, door: door.report };
}

/** The dossier is void: nothing can be decided until there is another. */
function replaced({ status, decisions }: Way, edit: AdmittedEdit): AdmittedEdit {
  decisions.withdraw();
  delete status.dossier;
  return edit;
}

type Compared = Parameters<typeof observation.verify>[0];
type Target = Omit<Compared, 'direction'> & { dossier: Digest; door: Digest };

/** What was begun is brought to its end: alerts that resolve and cancellations come too late here. */
async function change(
  { incident, plan, report, dossier, door }: Target,
  enter: (stage: string) => void,
): Promise<Ending> {
  const done = await execution.execute({ incident, dossier, direction: 'do', report: door });
  if (done.outcome === 'void') return { outcome: 'void', reason: done.reasons.join('; ') };
  if (done.outcome === 'failed' && done.receipts.length === 0) return human(`nothing was written: ${done.reason}`);

  enter('verify');
  const failed = done.outcome === 'failed' ? done.reason : await mismatch({ incident, plan, report, direction: 'do' });
  if (!failed) return { outcome: 'repaired', reason: 'every prediction came true' };

  enter('undo');
  const undone = await execution.execute({ incident, dossier, direction: 'undo' });
  if (undone.outcome === 'void') return human(`${failed}; the undo is void: ${undone.reasons.join('; ')}`);
  if (undone.outcome === 'failed') return human(`${failed}; the undo failed: ${undone.reason}`);

  enter('verify the undo');
  const left = await mismatch({ incident, plan, report, direction: 'undo' });
  return left ? human(`${failed}; undone, but ${left}`) : { outcome: 'undone', reason: failed };
}

async function mismatch(compared: Compared): Promise<string | undefined> {
  const { verified, mismatches } = await observation.verify(compared);
  return verified ? undefined : `not as predicted: ${mismatches.join('; ')}`;
}

/** The read lease goes and the journal says how it ended, always. */
async function finish({ incident, opening }: RemediationInput, alerts: Alerts, ending: Ending): Promise<Ending> {
  const lease = await observation.closeLease({ incident }).then(() => undefined, reasonOf);
  const closed = lease
    ? { ...ending, reason: `${ending.reason}; ${lease}: its read lease ends by its own time` }
    : ending;
  const taken = ending.outcome === 'merged' ? [] : alerts.taken();
  await governance.close({ incident, opening, flaps: alerts.flaps(), taken, ...closed });
  await condition(allHandlersFinished);
  return closed;
}

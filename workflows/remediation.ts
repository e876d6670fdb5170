import { allHandlersFinished, CancellationScope, condition, continueAsNew, setHandler } from '@temporalio/workflow';
import type { Digest } from '../src/domain/digest.ts';
import type { Opening } from '../src/domain/place.ts';
import { takeAlerts, type Alerts } from './alerts.ts';
import { execution, governance, observation, reasoning } from './activity-options.ts';
import { takeDecisions, type Decisions } from './decisions.ts';
import { denied, Ended, endOf, human, reasonOf, type Ending } from './ending.ts';
import { handOn } from './hand-on.ts';
import { mustOwn } from './merging.ts';
import { statusQuery, type RemediationInput, type Status } from './messages.ts';
import { waitForPeople } from './waiting.ts';

/** One incident, from its first alert to its end: the way that ARCHITECTURE draws, top to bottom. */
export async function remediation(input: RemediationInput): Promise<Ending> {
  const status: Omit<Status, 'decisions'> = { stage: 'open' };
  const decisions = takeDecisions(input);
  const alerts = takeAlerts(input);
  setHandler(statusQuery, () => ({ ...status, decisions: decisions.admitted() }));
  const ending = await decisions.lastWord(await endOf(() => way({ ...input, status, alerts, decisions })));
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

interface Way extends RemediationInput {
  status: Omit<Status, 'decisions'>;
  alerts: Alerts;
  decisions: Decisions;
}

async function way({ incident, opening, status, alerts, decisions }: Way): Promise<Ending> {
  const enter = (stage: string): void => {
    status.stage = stage;
    mayGoOn(alerts, decisions, opening);
  };
  const never = await begin({ incident, opening, alerts });
  if (never) return never;

  enter('observe');
  const seen = await observation.observe({ incident, alerts: alerts.shown() });
  if ('none' in seen) return human(seen.none);
  await mustOwn({ incident, opening }, seen.evidence);

  enter('plan');
  const planned = await reasoning.plan({ incident, alerts: alerts.shown(), evidence: seen.evidence });
  if ('none' in planned) return human(planned.none);
  const { plan } = planned;

  enter('rehearse');
  const { report } = await observation.rehearse({ incident, plan });

  enter('judge');
  const { verdict, dossier } = await governance.judge({ incident, alerts: alerts.shown(), plan, report });
  if (!verdict.allowed) return human(`policy denies: ${verdict.reasons.map(({ sentence }) => sentence).join('; ')}`);
  if (verdict.phase === 'shadow')
    return { outcome: 'recorded', reason: 'phase shadow: nobody was asked, nothing done' };
  if (!verdict.execute || !dossier) return human(`nothing is executed in phase ${verdict.phase}`);

  enter('decide');
  status.dossier = dossier;
  decisions.offer({ ...dossier, obligation: verdict.obligation });
  const unanswered = await waitForPeople(
    { ...verdict, expiresAt: dossier.expiresAt },
    {
      now: Date.now,
      holds: condition,
      settled: () => alerts.resolved() || isFlapping(alerts, opening) || decisions.approval()?.state !== 'waiting',
      quiet: decisions.quiet,
      remind: (group) => governance.remind({ incident, dossier: dossier.digest, group, tier: verdict.tier }),
    },
  );
  if (unanswered) return unanswered;

  enter('prepare');
  const prepared = await execution.prepare({ incident, dossier: dossier.digest });
  if (!prepared.ready) return { outcome: 'void', reason: prepared.reasons.join('; ') };

  enter('rehearse at the door');
  const { challenge, execution: id } = prepared;
  const door = await observation.rehearse({ incident, plan, door: { challenge, execution: id } });

  enter('execute');
  decisions.close();
  const target = { incident, plan, report, dossier: dossier.digest, door: door.report };
  return CancellationScope.nonCancellable(() => change(target, (stage) => void (status.stage = stage)));
}

/** @returns how it ends where there is nothing to begin. */
async function begin({
  incident,
  opening,
  alerts,
}: Pick<Way, 'incident' | 'alerts'> & Begun): Promise<Ending | undefined> {
  if (!(await condition(alerts.any, '1 minute'))) return human('no alert came with it');
  const answer = await governance.open({ incident, opening, alerts: alerts.shown() });
  return opening && !answer.opened ? overBefore : undefined;
}

type Begun = { opening: Opening | undefined };
type Asked = Parameters<typeof observation.verify>[0];
type Target = Omit<Asked, 'direction'> & { dossier: Digest; door: Digest };

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

async function mismatch(asked: Asked): Promise<string | undefined> {
  const { verified, mismatches } = await observation.verify(asked);
  return verified ? undefined : `not as predicted: ${mismatches.join('; ')}`;
}

/** Before execution, an incident that is over is cancelled, one deny ends it, and one that flaps is a person's. */
function mayGoOn(alerts: Alerts, decisions: Decisions, opening: Opening | undefined): void {
  if (alerts.resolved()) throw new Ended({ outcome: 'cancelled', reason: 'the alerts resolved before execution' });
  if (isFlapping(alerts, opening)) {
    throw new Ended(human(`flapping: it has fired again ${alerts.flaps()} times, and is not repaired once more`));
  }
  const approval = decisions.approval();
  if (approval?.state === 'denied') throw new Ended(denied(approval.by));
}

function isFlapping(alerts: Alerts, opening: Opening | undefined): boolean {
  return opening !== undefined && alerts.flaps() >= opening.flapLimit;
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

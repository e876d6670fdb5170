import type { Digest } from '../src/domain/digest.ts';
import type { Obligation, Tier } from '../src/domain/verdict.ts';
import { governance, observation, reasoning } from './activity-options.ts';
import { Ended, human } from './ending.ts';
import { mustOwn } from './merging.ts';
import type { Origin } from './origin.ts';
import { enter, type Way } from './way.ts';

/** A plan that was rehearsed, and its dossier. */
export interface Rehearsed {
  playbook: string;
  plan: Digest;
  report: Digest;
  dossier: { digest: Digest; expiresAt: string };
  tier: Tier;
  obligation: Obligation;
}

/** From what is wanted to a dossier for people. @throws Ended where there is none. */
export async function rehearse(all: Way, { asked, wanted, subject, requesters }: Origin): Promise<Rehearsed> {
  const { incident, opening, alerts } = all;
  enter(all, 'observe');
  const seen = await observation.observe({ incident, alerts: alerts.shown(), subject });
  if ('none' in seen) throw new Ended(human(seen.none));
  await mustOwn({ incident, opening }, seen.evidence);

  enter(all, 'plan');
  const { evidence } = seen;
  const cause = asked?.kind ?? 'alert';
  const planned = await reasoning.plan({ incident, cause, alerts: alerts.shown(), evidence, wanted });
  if ('none' in planned) throw new Ended(human(planned.none));
  const { plan, playbook } = planned;

  enter(all, 'rehearse');
  const { report } = await observation.rehearse({ incident, plan });

  enter(all, 'judge');
  const why = { alerts: alerts.shown(), asked, requesters };
  const { verdict, dossier } = await governance.judge({ incident, ...why, plan, report });
  if (!verdict.allowed) throw new Ended(human(`policy denies: ${verdict.reasons.map((r) => r.sentence).join('; ')}`));
  if (verdict.phase === 'shadow')
    throw new Ended({ outcome: 'recorded', reason: 'phase shadow: nobody was asked, nothing done' });
  if (!verdict.execute || !dossier) throw new Ended(human(`nothing is executed in phase ${verdict.phase}`));
  const { tier, obligation } = verdict;
  return { playbook, plan, report, dossier, tier, obligation };
}

import { describeRule } from '../src/domain/policy/policy-rule.ts';
import { decide } from './decide.ts';
import type { Stage } from './stage.ts';
import { readDossier, type Tell } from './stories/story.ts';

/** Tells what a signature would allow, and has the lead sign. @throws Error with the command's words where it failed. */
export async function approve(
  stage: Stage,
  tell: Tell,
  { incident, reason }: { incident: string; reason: string },
): Promise<void> {
  const { dossier } = await stage.api.incident(incident);
  if (!dossier) throw new Error(`${incident} has no dossier`);
  const { rules, verdict } = await readDossier(stage, incident, dossier.digest);
  const groups = verdict.allowed ? verdict.obligation.groups.join(' or ') : '';
  tell('asks', `for a signature of ${groups}; would mint: ${rules.do.map(describeRule).join('; ')}`);
  const user = stage.user('lea');
  const { code, text } = await decide(stage, { verb: 'approve', incident, dossier: dossier.digest, reason, user });
  if (code !== 0) throw new Error(`airlock approve ended with ${code}: ${text}`);
}

import { describeRule } from '../src/domain/policy/policy-rule.ts';
import { either } from '../src/lib/either.ts';
import { decide } from './decide.ts';
import type { StackClient } from './stack-client.ts';
import { readDossier, type PrintLine } from './stories/story.ts';

/**
 * Prints who must approve, and the RBAC rules for executing the plan. Then runs `airlock approve` as the test user Lea,
 * who is in group `lead`.
 * @throws Error if the incident has no dossier, or if the command fails.
 */
export async function approveAsLea(
  client: StackClient,
  print: PrintLine,
  { incident, reason }: { incident: string; reason: string },
): Promise<void> {
  const { dossier } = await client.api.incident(incident);
  if (!dossier) throw new Error(`${incident} has no dossier: read why with \`airlock journal show ${incident}\``);
  const { rules, verdict } = await readDossier(client, incident, dossier.digest);
  const groups = verdict.allowed ? either(verdict.obligation.groups) : '';
  const permissions = rules.do.map(describeRule).join('; ');
  print(
    'approval',
    `${groups} must approve; to execute the plan, a temporary ServiceAccount gets only these rights: ${permissions}`,
  );
  const { code, text } = await decide(client, {
    verb: 'approve',
    incident,
    dossier: dossier.digest,
    reason,
    user: client.user('lea'),
  });
  if (code !== 0) throw new Error(`airlock approve ended with exit code ${code}: ${text}`);
}

import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { kindPath } from '../../src/domain/kubernetes/resource-path.ts';
import { systemNamespace } from '../../src/domain/names.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import { EarlyOutcome } from '../report/early-outcome.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { mintingFor } from '../run/mint.ts';

const policyKind = 'ValidatingAdmissionPolicy';
const pollMs = 50;

/**
 * Requires that the snapshot contains the guardrails: Airlock's admission policies, and the minter for this plan.
 * Without the guardrails Airlock may not act on the target, so there is nothing to rehearse.
 * @throws EarlyOutcome `failed` that names the missing objects.
 */
export function requireGuardrails(objects: readonly KubeObject[], plan: Plan): void {
  const { minter } = mintingFor(plan);
  const has = (kind: string, name: string, namespace?: string): boolean =>
    objects.some(
      ({ kind: k, metadata: m }) => k === kind && m.name.startsWith(name) && (!namespace || m.namespace === namespace),
    );
  const missing = [
    ...(has(policyKind, 'airlock-') ? [] : ["Airlock's admission policies"]),
    ...(has('ServiceAccount', minter, systemNamespace) ? [] : [`ServiceAccount ${systemNamespace}/${minter}`]),
  ];
  if (missing.length === 0) return;
  throw new EarlyOutcome(
    'failed',
    `the target has no ${missing.join(' and no ')}: its administrator has not installed Airlock's guardrails, or not for ${plan.action}`,
  );
}

/**
 * Waits until the loaded admission policies are enforced. An API server enforces a policy only a second or two after
 * the policy is stored. The function repeats two dry-run requests until the policies refuse both. The requests have the
 * rights of `system:masters`, so RBAC does not refuse them.
 * @throws EarlyOutcome `failed` if a policy still allows its request at the deadline.
 */
export async function waitUntilEnforced(api: AdminApi, plan: Plan, deadlineMs: number): Promise<void> {
  const { minter, namespace } = mintingFor(plan);
  const users = [
    // The policies allow the minter to create identities, but not to write a ConfigMap.
    `system:serviceaccount:${systemNamespace}:${minter}`,
    // The name has the form of an identity that Vault creates, but there is no action `nothing`.
    `system:serviceaccount:${namespace}:airlock-nothing-00000000`,
  ];
  await Promise.all(
    users.map((user) => {
      const otherwise = (): never => {
        throw new EarlyOutcome(
          'failed',
          `the loaded admission policies admit a write of ${user}, so the guardrails are not enforced`,
        );
      };
      const wait = { what: `a refusal of ${user}`, every: pollMs, within: deadlineMs, otherwise };
      return waitFor(wait, () => refused(api, namespace, user));
    }),
  );
}

async function refused(api: AdminApi, namespace: string, user: string): Promise<boolean> {
  const { status, body } = await api.send({
    method: 'POST',
    path: `${kindPath('v1', 'ConfigMap', namespace)}?dryRun=All`,
    headers: { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' },
    body: { metadata: { name: 'airlock-sandbox-must-be-refused' } },
  });
  return status >= 400 && String(body?.message).includes(policyKind);
}

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
 * Requires that the target has guardrails. The snapshot must contain an admission policy of Airlock, and the minter (a
 * ServiceAccount) for this plan. Airlock changes no cluster without guardrails.
 * @throws EarlyOutcome `failed` if the policy or the minter is missing.
 */
export function requireGuardrails(objects: readonly KubeObject[], plan: Plan): void {
  const { minter } = mintingFor(plan);
  const has = (kind: string, namePrefix: string, namespace?: string): boolean =>
    objects.some(
      ({ kind: k, metadata: m }) =>
        k === kind && m.name.startsWith(namePrefix) && (!namespace || m.namespace === namespace),
    );
  const missing = [
    ...(has(policyKind, 'airlock-') ? [] : ['admission policy of Airlock']),
    ...(has('ServiceAccount', minter, systemNamespace) ? [] : [`ServiceAccount ${systemNamespace}/${minter}`]),
  ];
  if (missing.length === 0) return;
  throw new EarlyOutcome(
    'failed',
    `the target has no ${missing.join(' and no ')}: a cluster administrator must install Airlock's guardrails, ` +
      `including ServiceAccount ${systemNamespace}/${minter}, which plans with action ${plan.action} need`,
  );
}

/**
 * Waits until the sandbox enforces the guardrails. An API server enforces an admission policy only a second or two
 * after the policy is stored. This function repeats two dry-run requests until an admission policy has refused both.
 * RBAC refuses neither request, because each impersonates the group `system:masters`.
 * @throws EarlyOutcome `failed` if one of the requests is still not refused after `deadlineMs` milliseconds.
 */
export async function waitUntilGuardrailsEnforced(api: AdminApi, plan: Plan, deadlineMs: number): Promise<void> {
  const { minter, namespace } = mintingFor(plan);
  const users = [
    // The guardrails allow the minter to create identities, but not to create a ConfigMap.
    `system:serviceaccount:${systemNamespace}:${minter}`,
    // This name has the form of a minted identity (`airlock-<action>-<suffix>`). No action has the name `nothing`.
    `system:serviceaccount:${namespace}:airlock-nothing-00000000`,
  ];
  await Promise.all(
    users.map((user) => {
      const otherwise = (): never => {
        throw new EarlyOutcome(
          'failed',
          `no admission policy of the sandbox refused a test request of user ${user} within ${deadlineMs / 1000} s`,
        );
      };
      const wait = { what: `a refusal of ${user}`, every: pollMs, within: deadlineMs, otherwise };
      return waitFor(wait, () => isRefusedByPolicy(api, namespace, user));
    }),
  );
}

async function isRefusedByPolicy(api: AdminApi, namespace: string, user: string): Promise<boolean> {
  const { status, body } = await api.send({
    method: 'POST',
    path: `${kindPath('v1', 'ConfigMap', namespace)}?dryRun=All`,
    headers: { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' },
    body: { metadata: { name: 'airlock-sandbox-must-be-refused' } },
  });
  // The message of such a refusal contains: ValidatingAdmissionPolicy '<name>'.
  return status >= 400 && String(body?.message).includes(policyKind);
}

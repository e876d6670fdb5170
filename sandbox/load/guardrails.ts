import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../src/domain/kubernetes/object.ts';
import { systemNamespace } from '../../src/domain/names.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';
import { Ending } from '../report/early-outcome.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { mintingFor } from '../replay/mint.ts';

const policyKind = 'ValidatingAdmissionPolicy';
const pollMs = 50;

/**
 * The owner's admission locks must be in the snapshot, as without them production would not be touched either.
 * @throws Ending `failed` saying what is missing.
 */
export function requireLocks(objects: readonly KubeObject[], plan: Plan): void {
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
  throw new Ending(
    'failed',
    `the target has no ${missing.join(' and no ')}: its owner has not installed Airlock's locks, or not for ${plan.action}`,
  );
}

/**
 * Resolves once requests that the loaded policies must refuse were refused by them: policies bite a second or two
 * after they appear. Both are dry runs under rights that leave nothing but the policies to refuse them.
 * @throws Ending `failed` when one still lets its request pass at the deadline.
 */
export async function locksBite(api: AdminApi, plan: Plan, deadlineMs: number): Promise<void> {
  const { minter, place: namespace } = mintingFor(plan);
  const users = [
    `system:serviceaccount:${systemNamespace}:${minter}`, // may mint, never write a ConfigMap
    `system:serviceaccount:${namespace}:airlock-nothing-00000000`, // a name that carries no action
  ];
  const end = performance.now() + deadlineMs;
  await Promise.all(
    users.map(async (user) => {
      while (!(await refused(api, namespace, user))) {
        if (performance.now() > end) {
          throw new Ending('failed', `the loaded admission policies let ${user} write: the locks do not hold`);
        }
        await sleep(pollMs);
      }
    }),
  );
}

async function refused(api: AdminApi, namespace: string, user: string): Promise<boolean> {
  const { status, body } = await api.send({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/configmaps?dryRun=All`,
    headers: { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' },
    body: { metadata: { name: 'airlock-sandbox-must-be-refused' } },
  });
  return status >= 400 && String(body?.message).includes(policyKind);
}

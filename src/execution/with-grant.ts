import { actionOf, bind } from '../actions/registry.ts';
import { AirlockError, refused } from '../lib/error.ts';
import { describeRef, type ObjectRef } from '../domain/kubernetes/object.ts';
import { actionIn, type Plan } from '../domain/plan/plan.ts';
import { describeRule } from '../domain/policy/policy-rule.ts';
import type { Journal } from '../domain/journal/ports.ts';
import { waitFor } from '../platform/wait-for.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';
import { endLease } from './end-lease.ts';
import type { ExecutionContext } from './checks/execution-context.ts';
import { appendRecord } from './append-record.ts';
import type { ExecutionLock, Grant, Grants } from './ports.ts';

export interface GrantDeps {
  grants: Grants;
  journal: Journal;
}

/** Longest wait until the target's RBAC authorizer, which is fed by a watch, knows a new grant, milliseconds. */
const effectiveWithinMs = 5_000;
const probeEveryMs = 50;

/**
 * Mints a credential for one direction of a plan, tests that it is narrow, and passes it to `use`. Before this returns,
 * whatever the result of `use`, the lease is revoked and its Vault role deleted.
 * @throws AirlockError `revocation-failed` (retry); the ledger keeps the lease, so that a later attempt or start-up
 * revokes it.
 */
export async function withGrant<T>(
  deps: GrantDeps,
  { context, lock }: { context: ExecutionContext; lock: ExecutionLock },
  use: (api: KubernetesApi) => Promise<T>,
): Promise<T> {
  const { plan, rules } = context.dossier;
  const { id: execution, ...record } = await lock.record();
  await using cleanup = new AsyncDisposableStack();
  await lock.markMinting();
  const lease: { execution: string; cluster: string; leaseId?: string } = { execution, cluster: plan.cluster };
  cleanup.defer(async () => {
    await endLease(deps.grants, lease);
    const message = `the lease of ${execution} is revoked and its role deleted`;
    await appendRecord(deps.journal, 'grant.revoked', record, { message, body: { ...lease } });
    await lock.markRevoked();
  });
  const { cluster, namespace } = plan;
  const action = actionIn(plan, context.direction);
  const request = { execution, cluster, namespace, action, rules: rules[context.direction] };
  const grant = cleanup.use(await deps.grants.mint(request));
  lease.leaseId = grant.leaseId;
  await lock.markMinted(grant);
  await waitUntilEffective(grant, plan);
  const { serviceAccount } = grant;
  const forbidden = await assertNarrow(grant.api, plan);
  const may = rules[context.direction].map(describeRule).join('; ');
  const message = `${serviceAccount} may ${may}; refused: ${forbidden.join(', ')}`;
  const body = { execution, serviceAccount, rules: rules[context.direction], refused: forbidden };
  await appendRecord(deps.journal, 'grant.minted', record, { message, body });
  // `await` is needed here: the lease is revoked at the end of this block.
  return await use(grant.api);
}

async function waitUntilEffective({ api, serviceAccount }: Grant, plan: Plan): Promise<void> {
  const [first] = plan.steps;
  if (!first) return;
  const { action, use } = bind(plan.namespace, first);
  const [target] = action.reads(use);
  if (!target) throw new TypeError(`action ${actionOf(first.action).name} reads nothing`);
  const otherwise = (): never => {
    const message = `${serviceAccount} still may not read ${describeRef(target)}: check the target's RBAC, then retry`;
    throw new AirlockError({ code: 'grant-not-effective', message });
  };
  const wait = { what: `the grant of ${serviceAccount}`, every: probeEveryMs, within: effectiveWithinMs, otherwise };
  await waitFor(wait, async () => !(await isForbidden(api, target)));
}

/**
 * Tries reads that the grant must not allow: another object of the same kind, and a Deployment in a namespace that no
 * plan touches. The requested rules alone say too little, because roles of the target cluster may widen them.
 * @returns the refused reads. @throws AirlockError `grant-too-wide`.
 */
async function assertNarrow(api: KubernetesApi, { namespace }: Plan): Promise<string[]> {
  const name = 'airlock-not-in-the-plan';
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const sameKind: ObjectRef = namespace ? { ...deployment, namespace } : { apiVersion: 'v1', kind: 'Node', name };
  const outside: ObjectRef[] = [sameKind, { ...deployment, namespace: 'kube-system' }];
  for (const ref of outside) {
    if (await isForbidden(api, ref)) continue;
    throw refused('grant-too-wide', `the minted identity may read ${describeRef(ref)}: check the target's roles`);
  }
  return outside.map((ref) => `get ${describeRef(ref)}`);
}

async function isForbidden(api: KubernetesApi, ref: ObjectRef): Promise<boolean> {
  try {
    await api.get(ref);
    return false;
  } catch (error) {
    if (error instanceof AirlockError && error.code === 'kubernetes-forbidden') return true;
    throw error;
  }
}

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

/** What minting and revoking a grant needs from outside. */
export interface GrantDeps {
  grants: Grants;
  journal: Journal;
}

/**
 * Limit in milliseconds on the wait for a new grant to take effect. A grant takes effect when the RBAC authorizer of
 * the target has received the new Role through its watch.
 */
const effectiveWithinMs = 5_000;
const probeEveryMs = 50;
/** Random part of each pause. Without it, several executions would probe the same API server at the same time. */
const jitter = 0.2;

/**
 * Mints a credential for one direction of a plan, tests that the credential may not read other objects, and calls
 * `work` with it. Before this function returns or throws, it revokes the lease and deletes the Vault role.
 * @throws the errors of `work`; AirlockError `grant-not-effective` (retry), `grant-too-wide`; `revocation-failed`
 * (retry). After `revocation-failed`, the ledger keeps the lease, and the next attempt or the next start of the gateway
 * revokes it.
 */
export async function withGrant<T>(
  deps: GrantDeps,
  { context, lock }: { context: ExecutionContext; lock: ExecutionLock },
  work: (api: KubernetesApi) => Promise<T>,
): Promise<T> {
  const { plan, rules } = context.dossier;
  const { id: execution, ...record } = await lock.record();
  await using cleanup = new AsyncDisposableStack();
  await lock.markMinting();
  const lease: { execution: string; cluster: string; leaseId?: string } = { execution, cluster: plan.cluster };
  // Registered before `mint`, because Vault may create a lease although `mint` fails.
  cleanup.defer(async () => {
    await endLease(deps.grants, lease);
    const message = `the grant of ${execution} is revoked, and its Vault role is deleted`;
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
  const message = `${serviceAccount} may ${may}; a test with invented names showed that it may not ${forbidden.join(' or ')}`;
  const body = { execution, serviceAccount, rules: rules[context.direction], refused: forbidden };
  await appendRecord(deps.journal, 'grant.minted', record, { message, body });
  // Without `await`, the lease would be revoked before `work` has ended.
  return await work(grant.api);
}

async function waitUntilEffective({ api, serviceAccount }: Grant, plan: Plan): Promise<void> {
  const [first] = plan.steps;
  if (!first) return;
  const { action, input } = bind(plan.namespace, first);
  const [target] = action.reads(input);
  if (!target) throw new TypeError(`action ${actionOf(first.action).name} reads nothing`);
  const otherwise = (): never => {
    const message = `${serviceAccount} may still not read ${describeRef(target)} ${effectiveWithinMs / 1000} s after Vault created it: check its Role and RoleBinding on the target cluster`;
    throw new AirlockError({ code: 'grant-not-effective', message });
  };
  const what = `the grant of ${serviceAccount}`;
  const wait = { what, every: probeEveryMs, within: effectiveWithinMs, jitter, otherwise };
  await waitFor(wait, async () => !(await isForbidden(api, target)));
}

/**
 * Tries reads that the grant must not allow: another object of the same kind, and a Deployment in `kube-system`, which
 * no plan changes. Checking the requested rules is not enough: other bindings of the target cluster can allow more,
 * such as a binding to all ServiceAccounts.
 * @returns the refused reads. @throws AirlockError `grant-too-wide`.
 */
async function assertNarrow(api: KubernetesApi, { namespace }: Plan): Promise<string[]> {
  const name = 'airlock-not-in-the-plan';
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const sameKind: ObjectRef = namespace ? { ...deployment, namespace } : { apiVersion: 'v1', kind: 'Node', name };
  const outside: ObjectRef[] = [sameKind, { ...deployment, namespace: 'kube-system' }];
  for (const ref of outside) {
    if (await isForbidden(api, ref)) continue;
    throw refused(
      'grant-too-wide',
      `the execution's credential may read ${describeRef(ref)}, which the plan does not need: check which roles of the target cluster are bound to all ServiceAccounts`,
    );
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

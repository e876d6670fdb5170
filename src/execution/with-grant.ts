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
 * Limit in milliseconds on the wait until a new grant takes effect. A grant takes effect when the target's RBAC
 * authorizer has received the new role and binding through its watch.
 */
const effectiveWithinMs = 5_000;
const probeEveryMs = 50;
/** Random part of each pause. Otherwise several executions would probe the same API server at the same time. */
const jitter = 0.2;

/**
 * Mints a grant for one direction of a plan, tests that the grant cannot read other objects, and calls `work`. Before
 * this function returns or throws, it revokes the lease and deletes the Vault role.
 * @throws the errors of `mint`, `work` and the journal; AirlockError `grant-not-effective` (retry), `grant-too-wide` or
 * `revocation-failed` (retry). After `revocation-failed`, the lease stays in the ledger. The next attempt, or the next
 * start of the gateway, revokes the lease. If `work` fails too, a SuppressedError contains both errors.
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
  const message = `${serviceAccount} may ${may}; test reads of other objects were refused (${forbidden.join(', ')})`;
  const body = { execution, serviceAccount, rules: rules[context.direction], refused: forbidden.map((object) => `get ${object}`) };
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
    const message = `Vault created ServiceAccount ${serviceAccount} ${effectiveWithinMs / 1000} s ago, but the ServiceAccount may still not read ${describeRef(target)}: check its Role and RoleBinding on the target cluster`;
    throw new AirlockError({ code: 'grant-not-effective', message });
  };
  const what = `the grant of ${serviceAccount}`;
  const wait = { what, every: probeEveryMs, within: effectiveWithinMs, jitter, otherwise };
  await waitFor(wait, async () => !(await isForbidden(api, target)));
}

/**
 * Tries two reads that the grant must not allow: an object of the same kind that the plan does not name, and a
 * Deployment in `kube-system`. The rules of the grant do not show everything that the ServiceAccount may do. For
 * example, a role that is bound to all ServiceAccounts allows more.
 * @returns the refused reads. @throws AirlockError `grant-too-wide` if a read is not refused.
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
  return outside.map(describeRef);
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

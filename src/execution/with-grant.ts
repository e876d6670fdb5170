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
import type { Attempt } from './ledger-ports.ts';
import type { Grant, Grants } from './ports.ts';

/** What `withGrant` needs from outside. */
export interface GrantDeps {
  grants: Grants;
  journal: Journal;
}

/**
 * Longest wait for a new grant to take effect. The API server of the target receives the new role and role binding
 * through a watch, so the API server may refuse the first requests.
 */
const effectiveWithinMs = 5_000;
const probeEveryMs = 50;
/**
 * Each pause between two probes is lengthened at random by up to this fraction. So several executions do not probe one
 * API server at the same moments.
 */
const jitter = 0.2;

/**
 * Mints a grant for one direction of a plan, and waits until the grant takes effect. Tests that the ServiceAccount of
 * the grant cannot read two objects that are not in the plan. Then calls `work`. At the end, always revokes the lease
 * and deletes the Vault role.
 * @throws AirlockError `grant-not-effective` (retry) or `grant-too-wide` (stop), and the errors of `work` and of the
 * servers. After `revocation-failed` (retry), the next attempt or the next start of the gateway revokes the lease. If
 * another error came before the error of the revocation, a SuppressedError contains both errors.
 */
export async function withGrant<T>(
  deps: GrantDeps,
  { context, attempt }: { context: ExecutionContext; attempt: Attempt },
  work: (api: KubernetesApi) => Promise<T>,
): Promise<T> {
  const { plan, rules } = context.dossier;
  const { id: execution, ...record } = await attempt.record();
  await using cleanup = new AsyncDisposableStack();
  await attempt.markMinting();
  const lease: { execution: string; cluster: string; leaseId?: string } = { execution, cluster: plan.cluster };
  // Registered before `mint` is called, because Vault may create a lease although `mint` fails.
  cleanup.defer(async () => {
    await endLease(deps.grants, lease);
    const message = `revoked the grant and deleted the Vault role of ${execution}`;
    await appendRecord(deps.journal, 'grant.revoked', record, { message, body: { ...lease } });
    await attempt.markRevoked();
  });
  const { cluster, namespace } = plan;
  const action = actionIn(plan, context.direction);
  const request = { execution, cluster, namespace, action, rules: rules[context.direction] };
  const grant = cleanup.use(await deps.grants.mint(request));
  lease.leaseId = grant.leaseId;
  await attempt.markMinted(grant);
  await waitUntilEffective(grant, plan);
  const { serviceAccount } = grant;
  const forbidden = await assertNarrow(grant.api, plan);
  const may = rules[context.direction].map(describeRule).join('; ');
  const message = `ServiceAccount ${serviceAccount} may ${may}`;
  const body = {
    execution,
    serviceAccount,
    rules: rules[context.direction],
    refused: forbidden.map((object) => `get ${object}`),
  };
  await appendRecord(deps.journal, 'grant.minted', record, { message, body });
  // Without `await`, the lease would be revoked before `work` has ended.
  return await work(grant.api);
}

async function waitUntilEffective({ api, serviceAccount }: Grant, plan: Plan): Promise<void> {
  const [first] = plan.steps;
  if (!first) return;
  const { action, input } = bind(plan.namespace, first);
  const [object] = action.objectsToRead(input);
  if (!object) throw new TypeError(`action ${actionOf(first.action).name} reads no object`);
  const otherwise = (): never => {
    const message = `Vault created ServiceAccount ${serviceAccount} ${effectiveWithinMs / 1000} s ago, but the ServiceAccount still cannot read ${describeRef(object)}: check in the target cluster which role is bound to the ServiceAccount`;
    throw new AirlockError({ code: 'grant-not-effective', message });
  };
  const what = `the grant of ${serviceAccount} to take effect`;
  const wait = { what, every: probeEveryMs, within: effectiveWithinMs, jitter, otherwise };
  await waitFor(wait, async () => !(await isReadForbidden(api, object)));
}

/**
 * Tries to read two objects with invented names: a Deployment in the namespace of the plan (or a Node, if the plan has
 * no namespace), and a Deployment in `kube-system`. The API server checks RBAC before it looks for an object. So a
 * client that has no right to read the object gets 403, not 404. The test also finds rights from other roles, for
 * example from a role that is bound to all ServiceAccounts.
 * @returns a text for each object, such as `Deployment kube-system/...`.
 * @throws AirlockError `grant-too-wide` if the API server does not refuse a read.
 */
async function assertNarrow(api: KubernetesApi, { namespace }: Plan): Promise<string[]> {
  const name = 'airlock-not-in-the-plan';
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const sameKind: ObjectRef = namespace ? { ...deployment, namespace } : { apiVersion: 'v1', kind: 'Node', name };
  const notAllowed: ObjectRef[] = [sameKind, { ...deployment, namespace: 'kube-system' }];
  for (const ref of notAllowed) {
    if (await isReadForbidden(api, ref)) continue;
    throw refused(
      'grant-too-wide',
      `the execution's credential can read ${describeRef(ref)}, which the plan does not need: check which roles of the target cluster are bound to all ServiceAccounts`,
    );
  }
  return notAllowed.map(describeRef);
}

async function isReadForbidden(api: KubernetesApi, ref: ObjectRef): Promise<boolean> {
  try {
    await api.get(ref);
    return false;
  } catch (error) {
    if (error instanceof AirlockError && error.code === 'kubernetes-forbidden') return true;
    throw error;
  }
}

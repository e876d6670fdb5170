import { setTimeout as pause } from 'node:timers/promises';
import { actionOf, bind } from '../actions/catalogue.ts';
import { AirlockError, refused } from '../lib/error.ts';
import { describeRef, type ObjectRef } from '../domain/kubernetes/object.ts';
import { actionIn, type Plan } from '../domain/plan/plan.ts';
import { describeRule } from '../domain/policy/policy-rule.ts';
import type { Journal } from '../domain/ports.ts';
import type { KubernetesApi } from '../steps/kubernetes-api.ts';
import { endLease } from './end-lease.ts';
import type { Facts } from './checks/facts.ts';
import { note } from './append-record.ts';
import type { Claim, Grant, Grants } from './ports.ts';

export interface GrantDeps {
  grants: Grants;
  journal: Journal;
}

/** Longest time until the target's RBAC knows a new grant (it is fed by a watch), milliseconds. */
const biteDeadline = 5_000;
const biteInterval = 50;

/**
 * Mints a credential for one direction of a plan, proves that it is narrow, and lends it out. However `use` ends, the
 * lease is revoked and its Vault role deleted before this returns; if that fails, this fails (retry) and the ledger
 * keeps the lease for the sweeper.
 */
export async function withGrant<T>(
  deps: GrantDeps,
  { facts, claim }: { facts: Facts; claim: Claim },
  use: (api: KubernetesApi) => Promise<T>,
): Promise<T> {
  const { plan, rules } = facts.dossier;
  const { id: execution, ...subject } = await claim.record();
  await using ending = new AsyncDisposableStack();
  await claim.minting();
  const lease: { execution: string; cluster: string; leaseId?: string } = { execution, cluster: plan.cluster };
  ending.defer(async () => {
    await endLease(deps.grants, lease);
    const fact = `the lease of ${execution} is revoked, its role deleted`;
    await note(deps.journal, 'grant.revoked', subject, { fact, body: { ...lease } });
    await claim.revoked();
  });
  const { cluster, namespace } = plan;
  const action = actionIn(plan, facts.direction);
  const request = { execution, cluster, namespace, action, rules: rules[facts.direction] };
  const grant = ending.use(await deps.grants.mint(request));
  lease.leaseId = grant.leaseId;
  await claim.minted(grant);
  await untilItBites(grant, plan);
  const { serviceAccount } = grant;
  const tried = await proveNarrow(grant.api, plan);
  const fact = `${serviceAccount} may ${rules[facts.direction].map(describeRule).join('; ')}; refused: ${tried.join(', ')}`;
  const body = { execution, serviceAccount, rules: rules[facts.direction], refused: tried };
  await note(deps.journal, 'grant.minted', subject, { fact, body });
  // Awaited here: the lease ends with this block.
  return await use(grant.api);
}

async function untilItBites({ api, serviceAccount }: Grant, plan: Plan): Promise<void> {
  const [first] = plan.steps;
  if (!first) return;
  const { action, use } = bind(plan.namespace, first);
  const [target] = action.reads(use);
  if (!target) throw new TypeError(`action ${actionOf(first.action).name} reads nothing`);
  const deadline = performance.now() + biteDeadline;
  while (await isForbidden(api, target)) {
    if (performance.now() > deadline) {
      const message = `${serviceAccount} still may not read ${describeRef(target)}: check the target's RBAC, then retry`;
      throw new AirlockError({ code: 'grant-useless', message, next: 'retry' });
    }
    await pause(biteInterval);
  }
}

/**
 * Tries what the grant must not allow: another object of the same kind, and a Deployment of a namespace that no plan
 * touches. One try is worth more than the rules that were asked for, because the target's own roles could have widened
 * them.
 * @returns what was refused. @throws AirlockError `grant-too-wide`.
 */
async function proveNarrow(api: KubernetesApi, { namespace }: Plan): Promise<string[]> {
  const name = 'airlock-not-in-the-plan';
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name };
  const like: ObjectRef = namespace ? { ...deployment, namespace } : { apiVersion: 'v1', kind: 'Node', name };
  const outside: ObjectRef[] = [like, { ...deployment, namespace: 'kube-system' }];
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

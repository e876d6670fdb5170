import { systemNamespace } from '../../../src/domain/names.ts';
import { biteProbeUser, boundsLock } from '../admission/limits-guardrail.ts';
import { execMinterLock } from '../admission/exec-minter-guardrail.ts';
import { halterLock } from '../admission/kill-switch.ts';
import { identitiesLock } from '../admission/identities-guardrail.ts';
import type { KubeCall } from './kube-request.ts';
import { accounts, systemUsername } from '../names.ts';
import { nodeHaltLock, nodeMintHaltLock } from '../admission/node-halt-guardrails.ts';
import { nodeMinterLock } from '../admission/node-minter-guardrail.ts';
import { readMinterLock } from '../admission/read-minter-guardrail.ts';
import type { OwnerValues } from '../values.ts';

/** A dry-run write that one lock must refuse, in the name of an identity that the lock judges. */
export interface BiteProbe {
  /** Name of the policy, which its refusal carries. */
  policy: string;
  /** What it says when it judges as it should. */
  says: RegExp;
  call: KubeCall;
}

const metadata = { name: 'airlock-bite-probe' };

/**
 * One probe per lock. Policies bite up to seconds after they were written, and until then they let everything pass.
 * The probes impersonate, with the group `system:masters`: so RBAC allows them, and only admission can refuse.
 * Nothing is ever written: they are dry runs.
 */
export function biteProbes({ allowedNamespaces, allowedNodes }: OwnerValues): BiteProbe[] {
  const namespace = allowedNamespaces[0] ?? '';
  const minted = `system:serviceaccount:${namespace}:airlock-undo-rollout-00000000`;
  return [
    probe(execMinterLock, /minter: only creates/, systemUsername(accounts.execMinter), namespace),
    probe(readMinterLock, /minter: only ServiceAccounts/, systemUsername(accounts.readMinter), systemNamespace),
    probe(identitiesLock, /undo-rollout: only/, minted, namespace),
    bounds(boundsLock, `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment),
    probe(halterLock, /halter: only patches/, systemUsername(accounts.halter), systemNamespace),
    ...(allowedNodes.length > 0 ? nodeProbes : []),
  ];
}

const nodeProbes = [
  probe(nodeMinterLock, /minter: only ServiceAccounts/, systemUsername(accounts.nodeMinter), systemNamespace),
  bounds(nodeHaltLock, '/api/v1/nodes', { metadata }),
  bounds(nodeMintHaltLock, `/api/v1/namespaces/${systemNamespace}/serviceaccounts`, { metadata }),
];

/** Halted or not: both say that the bounds were found and read. */
function bounds(policy: string, collection: string, body: object): BiteProbe {
  return { policy, says: /the bounds are in force|Airlock is halted/, call: dryRun(biteProbeUser, collection, body) };
}

function probe(policy: string, says: RegExp, user: string, namespace: string): BiteProbe {
  return { policy, says, call: dryRun(user, `/api/v1/namespaces/${namespace}/configmaps`, { metadata }) };
}

function dryRun(user: string, collection: string, body: object): KubeCall {
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return { method: 'POST', path: `${collection}?dryRun=All`, body, headers };
}

const labels = { app: metadata.name };
/** Valid, because validation comes before admission. */
const deployment = {
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'none', image: 'none' }] } },
  },
};

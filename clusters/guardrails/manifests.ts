import { prefix, systemNamespace } from '../../src/domain/names.ts';
import { boundsPolicy } from './admission/limits-guardrail.ts';
import { execMinterPolicy } from './admission/exec-minter-guardrail.ts';
import { execRights } from './rights/exec-rights.ts';
import { halterPolicy, halterRights } from './admission/kill-switch.ts';
import { identitiesPolicy } from './admission/identities-guardrail.ts';
import type { Manifest } from './manifest.ts';
import { accounts, boundsName } from './names.ts';
import { nodeHaltPolicies } from './admission/node-halt-guardrails.ts';
import { nodeMinterPolicy } from './admission/node-minter-guardrail.ts';
import { nodeRights } from './rights/node-rights.ts';
import { readMinterPolicy } from './admission/read-minter-guardrail.ts';
import { readRights } from './rights/read-rights.ts';
import type { OwnerValues } from './values.ts';

/**
 * Everything that the owner of a target installs, in the order in which it must be applied: the locks stand before
 * the rights that they bound. Pure: the chart and the embedded targets are rendered from it.
 */
export function ownerManifests(values: OwnerValues): Manifest[] {
  const nodes = values.allowedNodes.length > 0;
  return [
    namespace(),
    bounds(values),
    ...execMinterPolicy(values),
    ...readMinterPolicy(values),
    ...identitiesPolicy(values),
    ...boundsPolicy(values),
    ...halterPolicy(),
    ...(nodes ? [...nodeMinterPolicy(values), ...nodeHaltPolicies()] : []),
    ...Object.values(accounts)
      .filter((account) => nodes || account !== accounts.nodeMinter)
      .map(serviceAccount),
    ...execRights(values),
    ...readRights(),
    ...(nodes ? nodeRights() : []),
    ...halterRights(),
  ].map(labelled);
}

/** Namespace of Airlock's own objects; no pod has business there. */
function namespace(): Manifest {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace, labels } };
}

/** The owner's ranges. `halted` is left out: whoever applies this again must not clear a halt. */
function bounds({ minReplicas, maxReplicas }: OwnerValues): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: boundsName, namespace: systemNamespace },
    data: { minReplicas: String(minReplicas), maxReplicas: String(maxReplicas) },
  };
}

/** A ServiceAccount of Airlock's; no pod mounts its token. */
function serviceAccount(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: systemNamespace },
    automountServiceAccountToken: false,
  };
}

function labelled(manifest: Manifest): Manifest {
  const labels = { ...manifest.metadata.labels, [`${prefix}part-of`]: 'airlock-target' };
  return { ...manifest, metadata: { ...manifest.metadata, labels } };
}

import { metadataPrefix, systemNamespace } from '../../src/domain/names.ts';
import { limitsGuardrail } from './admission/limits-guardrail.ts';
import { execMinterGuardrail } from './admission/exec-minter-guardrail.ts';
import { execRights } from './rights/exec-rights.ts';
import { killSwitchGuardrail, killSwitchRights } from './admission/kill-switch.ts';
import { identitiesGuardrail } from './admission/identities-guardrail.ts';
import type { Manifest } from './manifest.ts';
import { accounts, limitsName } from './names.ts';
import { nodeKillSwitchGuardrails } from './admission/node-kill-switch.ts';
import { nodeMinterGuardrail } from './admission/node-minter-guardrail.ts';
import { nodeRights } from './rights/node-rights.ts';
import { readMinterGuardrail } from './admission/read-minter-guardrail.ts';
import { readRights } from './rights/read-rights.ts';
import type { GuardrailValues } from './values.ts';

/**
 * Returns every object that a cluster administrator installs for Airlock. The order matters: the admission policies
 * must be applied before the permissions that they limit. The chart and the embedded targets get the same objects.
 */
export function guardrailManifests(values: GuardrailValues): Manifest[] {
  const nodes = values.allowedNodes.length > 0;
  return [
    namespace(),
    limits(values),
    ...execMinterGuardrail(values),
    ...readMinterGuardrail(values),
    ...identitiesGuardrail(values),
    ...limitsGuardrail(values),
    ...killSwitchGuardrail(),
    ...(nodes ? [...nodeMinterGuardrail(values), ...nodeKillSwitchGuardrails()] : []),
    ...Object.values(accounts)
      .filter((account) => nodes || account !== accounts.nodeMinter)
      .map(serviceAccount),
    ...execRights(values),
    ...readRights(),
    ...(nodes ? nodeRights() : []),
    ...killSwitchRights(),
  ].map(labelled);
}

/** The namespace of Airlock's own objects. No pod runs there. */
function namespace(): Manifest {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace, labels } };
}

/**
 * The ConfigMap with the allowed range of replicas. Its key `killSwitch` turns the kill switch on. The manifest does not
 * contain this key, so applying the manifest again never turns the kill switch off.
 */
function limits({ minReplicas, maxReplicas }: GuardrailValues): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: limitsName, namespace: systemNamespace },
    data: { minReplicas: String(minReplicas), maxReplicas: String(maxReplicas) },
  };
}

/** One of the installed ServiceAccounts. No pod mounts its token. */
function serviceAccount(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: systemNamespace },
    automountServiceAccountToken: false,
  };
}

function labelled(manifest: Manifest): Manifest {
  const labels = { ...manifest.metadata.labels, [`${metadataPrefix}part-of`]: 'airlock-target' };
  return { ...manifest, metadata: { ...manifest.metadata, labels } };
}

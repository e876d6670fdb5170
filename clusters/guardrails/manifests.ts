import { metadataPrefix, systemNamespace } from '../../src/domain/names.ts';
import { limitsGuardrail } from './admission/limits-guardrail.ts';
import { execMinterGuardrail } from './admission/exec-minter-guardrail.ts';
import { execRights } from './rights/exec-rights.ts';
import { killSwitchSetterGuardrail, killSwitchSetterRights } from './admission/kill-switch.ts';
import { identitiesGuardrail } from './admission/identities-guardrail.ts';
import type { Manifest } from './manifest.ts';
import { accounts, limitsConfigMap } from './names.ts';
import { nodeKillSwitchGuardrails } from './admission/node-kill-switch.ts';
import { nodeMinterGuardrail } from './admission/node-minter-guardrail.ts';
import { nodeRights } from './rights/node-rights.ts';
import { readMinterGuardrail } from './admission/read-minter-guardrail.ts';
import { readRights } from './rights/read-rights.ts';
import type { GuardrailValues } from './values.ts';

/**
 * Returns every object that a cluster administrator installs for Airlock. The chart and the embedded targets get the
 * same objects. Each admission policy comes before the permissions that the policy limits.
 */
export function guardrailManifests(values: GuardrailValues): Manifest[] {
  const withNodeActions = values.allowedNodes.length > 0;
  return [
    namespace(),
    limitsManifest(values),
    ...execMinterGuardrail(values),
    ...readMinterGuardrail(values),
    ...identitiesGuardrail(values),
    ...limitsGuardrail(values),
    ...killSwitchSetterGuardrail(),
    ...(withNodeActions ? [...nodeMinterGuardrail(values), ...nodeKillSwitchGuardrails()] : []),
    ...Object.values(accounts)
      .filter((account) => withNodeActions || account !== accounts.nodeMinter)
      .map(serviceAccount),
    ...execRights(values),
    ...readRights(),
    ...(withNodeActions ? nodeRights() : []),
    ...killSwitchSetterRights(),
  ].map(withPartOfLabel);
}

/** The namespace of Airlock's own objects. Airlock runs no pods there. */
function namespace(): Manifest {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace, labels } };
}

/**
 * The ConfigMap `airlock-limits`, with the allowed range of replicas. This manifest does not contain the key
 * `killSwitch`. So applying the manifest again never turns the kill switch off.
 */
function limitsManifest({ minReplicas, maxReplicas }: GuardrailValues): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: limitsConfigMap, namespace: systemNamespace },
    data: { minReplicas: String(minReplicas), maxReplicas: String(maxReplicas) },
  };
}

function serviceAccount(name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: systemNamespace },
    automountServiceAccountToken: false,
  };
}

function withPartOfLabel(manifest: Manifest): Manifest {
  const labels = { ...manifest.metadata.labels, [`${metadataPrefix}part-of`]: 'airlock-target' };
  return { ...manifest, metadata: { ...manifest.metadata, labels } };
}

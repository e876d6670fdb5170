import { kindPath } from '../../../src/domain/kubernetes/resource-path.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { enforcementProbeUser, limitsPolicyName } from '../admission/limits-guardrail.ts';
import { execMinterPolicyName } from '../admission/exec-minter-guardrail.ts';
import { killSwitchSetterPolicyName } from '../admission/kill-switch.ts';
import { identitiesPolicyName } from '../admission/identities-guardrail.ts';
import type { KubeAnswer, KubeCall } from '../../../src/platform/kubernetes/kube-client.ts';
import { accounts, systemUsername } from '../names.ts';
import { nodeKillSwitchPolicyName, nodeMintKillSwitchPolicyName } from '../admission/node-kill-switch.ts';
import { nodeMinterPolicyName } from '../admission/node-minter-guardrail.ts';
import { readMinterPolicyName } from '../admission/read-minter-guardrail.ts';
import type { GuardrailValues } from '../values.ts';

/** A dry-run request that one admission policy must refuse. The request impersonates a user whom the policy limits. */
export interface EnforcementProbe {
  /** Name of the admission policy. Every refusal by the policy contains this name. */
  policy: string;
  /** Matches the text of the expected refusal. */
  refusal: RegExp;
  call: KubeCall;
}

const metadata = { name: 'airlock-enforcement-probe' };

/**
 * Returns one probe for each installed admission policy. The API server enforces a new policy only after some seconds.
 * Until then the policy denies nothing.
 */
export function enforcementProbes({ allowedNamespaces, allowedNodes }: GuardrailValues): EnforcementProbe[] {
  const namespace = allowedNamespaces[0] ?? '';
  const mintedUser = `system:serviceaccount:${namespace}:airlock-undo-rollout-00000000`;
  return [
    probe(execMinterPolicyName, /minter: may only create/, systemUsername(accounts.execMinter), namespace),
    probe(
      readMinterPolicyName,
      /minter: may only create and delete ServiceAccounts/,
      systemUsername(accounts.readMinter),
      systemNamespace,
    ),
    probe(identitiesPolicyName, /undo-rollout: may update only/, mintedUser, namespace),
    limitsProbe(limitsPolicyName, kindPath('apps/v1', 'Deployment', namespace), deployment),
    probe(
      killSwitchSetterPolicyName,
      /may only patch the ConfigMap airlock-limits/,
      systemUsername(accounts.killSwitchSetter),
      systemNamespace,
    ),
    ...(allowedNodes.length > 0 ? nodeProbes : []),
  ];
}

const nodeProbes = [
  probe(
    nodeMinterPolicyName,
    /minter: may only create and delete ServiceAccounts/,
    systemUsername(accounts.nodeMinter),
    systemNamespace,
  ),
  limitsProbe(nodeKillSwitchPolicyName, kindPath('v1', 'Node'), { metadata }),
  limitsProbe(nodeMintKillSwitchPolicyName, kindPath('v1', 'ServiceAccount', systemNamespace), { metadata }),
];

/**
 * Returns the probe of a policy that reads the ConfigMap `airlock-limits`. The policy always refuses this probe. The
 * message depends on whether the kill switch is on. Each of the two messages shows that the policy has read the
 * ConfigMap.
 */
function limitsProbe(policy: string, collection: string, body: object): EnforcementProbe {
  return {
    policy,
    refusal: /this guardrail is enforced|kill switch is on/,
    call: dryRunCreate(enforcementProbeUser, collection, body),
  };
}

/** Returns the probe of a policy that keeps `user` from creating ConfigMaps in `namespace`. */
function probe(policy: string, refusal: RegExp, user: string, namespace: string): EnforcementProbe {
  return { policy, refusal, call: dryRunCreate(user, kindPath('v1', 'ConfigMap', namespace), { metadata }) };
}

/** Returns true if the API server enforces the policy: its answer to the probe is the expected refusal. */
export function isEnforced({ policy, refusal }: EnforcementProbe, { status, body }: KubeAnswer): boolean {
  const message = String(body?.message ?? '');
  return status >= 400 && message.includes(`'${policy}'`) && refusal.test(message);
}

function dryRunCreate(user: string, collection: string, body: object): KubeCall {
  // RBAC allows the group `system:masters` everything. So only admission can refuse the request.
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return { method: 'POST', path: `${collection}?dryRun=All`, body, headers };
}

const labels = { app: metadata.name };
/** A valid Deployment. The API server would refuse an invalid one before it evaluates the admission policies. */
const deployment = {
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'none', image: 'none' }] } },
  },
};

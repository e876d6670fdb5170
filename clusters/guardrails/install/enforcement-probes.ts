import { kindPath } from '../../../src/domain/kubernetes/resource-path.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { enforcementProbeUser, limitsPolicyName } from '../admission/limits-guardrail.ts';
import { execMinterPolicyName } from '../admission/exec-minter-guardrail.ts';
import { killSwitchPolicyName } from '../admission/kill-switch.ts';
import { identitiesPolicyName } from '../admission/identities-guardrail.ts';
import type { KubeAnswer, KubeCall } from '../../../src/platform/kubernetes/kube-client.ts';
import { accounts, systemUsername } from '../names.ts';
import { nodeKillSwitchPolicyName, nodeMintKillSwitchPolicyName } from '../admission/node-kill-switch.ts';
import { nodeMinterPolicyName } from '../admission/node-minter-guardrail.ts';
import { readMinterPolicyName } from '../admission/read-minter-guardrail.ts';
import type { GuardrailValues } from '../values.ts';

/** A dry-run write that one guardrail must refuse. The write impersonates a user whom the guardrail limits. */
export interface EnforcementProbe {
  /** Name of the admission policy. The message of its refusals contains this name. */
  policy: string;
  /** Matches the message of the expected refusal. */
  refusal: RegExp;
  call: KubeCall;
}

const metadata = { name: 'airlock-enforcement-probe' };

/**
 * Returns one probe per admission policy. The API server enforces a new policy only after some seconds. Until then the
 * policy denies nothing. The probes also impersonate the group `system:masters`. So RBAC allows the writes, and only
 * admission can refuse them.
 */
export function enforcementProbes({ allowedNamespaces, allowedNodes }: GuardrailValues): EnforcementProbe[] {
  const namespace = allowedNamespaces[0] ?? '';
  const minted = `system:serviceaccount:${namespace}:airlock-undo-rollout-00000000`;
  return [
    probe(execMinterPolicyName, /minter: may only create/, systemUsername(accounts.execMinter), namespace),
    probe(
      readMinterPolicyName,
      /minter: may only write ServiceAccounts/,
      systemUsername(accounts.readMinter),
      systemNamespace,
    ),
    probe(identitiesPolicyName, /undo-rollout: may change only/, minted, namespace),
    limitsProbe(limitsPolicyName, kindPath('apps/v1', 'Deployment', namespace), deployment),
    probe(killSwitchPolicyName, /kill switch: may only patch/, systemUsername(accounts.killSwitch), systemNamespace),
    ...(allowedNodes.length > 0 ? nodeProbes : []),
  ];
}

const nodeProbes = [
  probe(
    nodeMinterPolicyName,
    /minter: may only write ServiceAccounts/,
    systemUsername(accounts.nodeMinter),
    systemNamespace,
  ),
  limitsProbe(nodeKillSwitchPolicyName, kindPath('v1', 'Node'), { metadata }),
  limitsProbe(nodeMintKillSwitchPolicyName, kindPath('v1', 'ServiceAccount', systemNamespace), { metadata }),
];

/** Returns the probe of a guardrail with parameters. Both messages show that the guardrail has read its ConfigMap. */
function limitsProbe(policy: string, collection: string, body: object): EnforcementProbe {
  return {
    policy,
    refusal: /the limits are enforced|kill switch is on/,
    call: dryRun(enforcementProbeUser, collection, body),
  };
}

function probe(policy: string, refusal: RegExp, user: string, namespace: string): EnforcementProbe {
  return { policy, refusal, call: dryRun(user, kindPath('v1', 'ConfigMap', namespace), { metadata }) };
}

/** Returns true if the response to the probe is the expected refusal. Then the guardrail is enforced. */
export function isEnforced({ policy, refusal }: EnforcementProbe, { status, body }: KubeAnswer): boolean {
  const message = String(body?.message ?? '');
  return status >= 400 && message.includes(`'${policy}'`) && refusal.test(message);
}

function dryRun(user: string, collection: string, body: object): KubeCall {
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return { method: 'POST', path: `${collection}?dryRun=All`, body, headers };
}

const labels = { app: metadata.name };
/** This Deployment must be valid: the API server validates an object before the admission policies see it. */
const deployment = {
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'none', image: 'none' }] } },
  },
};

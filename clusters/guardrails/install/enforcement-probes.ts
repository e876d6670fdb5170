import { systemNamespace } from '../../../src/domain/names.ts';
import { enforcementProbeUser, limitsPolicyName } from '../admission/limits-guardrail.ts';
import { execMinterPolicyName } from '../admission/exec-minter-guardrail.ts';
import { killSwitchPolicyName } from '../admission/kill-switch.ts';
import { identitiesPolicyName } from '../admission/identities-guardrail.ts';
import type { KubeAnswer, KubeCall } from './kube-request.ts';
import { accounts, systemUsername } from '../names.ts';
import { nodeKillSwitchPolicyName, nodeMintKillSwitchPolicyName } from '../admission/node-kill-switch.ts';
import { nodeMinterPolicyName } from '../admission/node-minter-guardrail.ts';
import { readMinterPolicyName } from '../admission/read-minter-guardrail.ts';
import type { GuardrailValues } from '../values.ts';

/** A dry-run write that one guardrail must refuse, under an identity to which the guardrail applies. */
export interface EnforcementProbe {
  /** Name of the admission policy; its refusal contains it. */
  policy: string;
  /** Matches the message of the expected refusal. */
  refusal: RegExp;
  call: KubeCall;
}

const metadata = { name: 'airlock-enforcement-probe' };

/**
 * One probe per guardrail. An API server enforces an admission policy up to seconds after it was written, and until then allows
 * everything. The probes impersonate with the group `system:masters`, so that RBAC allows them and only admission can
 * refuse. They are dry runs and write nothing.
 */
export function enforcementProbes({ allowedNamespaces, allowedNodes }: GuardrailValues): EnforcementProbe[] {
  const namespace = allowedNamespaces[0] ?? '';
  const minted = `system:serviceaccount:${namespace}:airlock-undo-rollout-00000000`;
  return [
    probe(execMinterPolicyName, /minter: only creates/, systemUsername(accounts.execMinter), namespace),
    probe(readMinterPolicyName, /minter: only ServiceAccounts/, systemUsername(accounts.readMinter), systemNamespace),
    probe(identitiesPolicyName, /undo-rollout: only/, minted, namespace),
    limits(limitsPolicyName, `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment),
    probe(killSwitchPolicyName, /kill switch: only patches/, systemUsername(accounts.killSwitch), systemNamespace),
    ...(allowedNodes.length > 0 ? nodeProbes : []),
  ];
}

const nodeProbes = [
  probe(nodeMinterPolicyName, /minter: only ServiceAccounts/, systemUsername(accounts.nodeMinter), systemNamespace),
  limits(nodeKillSwitchPolicyName, '/api/v1/nodes', { metadata }),
  limits(nodeMintKillSwitchPolicyName, `/api/v1/namespaces/${systemNamespace}/serviceaccounts`, { metadata }),
];

/** Both messages show that the guardrail has read its ConfigMap. */
function limits(policy: string, collection: string, body: object): EnforcementProbe {
  return {
    policy,
    refusal: /the limits are enforced|kill switch is on/,
    call: dryRun(enforcementProbeUser, collection, body),
  };
}

function probe(policy: string, refusal: RegExp, user: string, namespace: string): EnforcementProbe {
  return { policy, refusal, call: dryRun(user, `/api/v1/namespaces/${namespace}/configmaps`, { metadata }) };
}

/** True for the refusal that shows that the guardrail is enforced. */
export function isEnforced({ policy, refusal }: EnforcementProbe, { status, body }: KubeAnswer): boolean {
  const message = String(body?.message ?? '');
  return status >= 400 && message.includes(`'${policy}'`) && refusal.test(message);
}

function dryRun(user: string, collection: string, body: object): KubeCall {
  const headers = { 'Impersonate-User': user, 'Impersonate-Group': 'system:masters' };
  return { method: 'POST', path: `${collection}?dryRun=All`, body, headers };
}

const labels = { app: metadata.name };
/** A valid object, because the API server validates before it calls admission. */
const deployment = {
  metadata,
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'none', image: 'none' }] } },
  },
};

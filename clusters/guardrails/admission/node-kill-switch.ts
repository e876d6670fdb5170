import { celString } from '../../../src/actions/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, limitsName, systemUsername } from '../names.ts';
import { admissionPolicy } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';
import { enforcementProbeUser, killSwitchIsOff } from './limits-guardrail.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy denies writes to nodes while the kill switch is on.
 */
export const nodeKillSwitchPolicyName = 'airlock-node-kill-switch';
/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy denies new identities for actions on nodes while
 * the kill switch is on.
 */
export const nodeMintKillSwitchPolicyName = 'airlock-node-mint-kill-switch';

const user = 'request.userInfo.username';
const isProbe = `${user} == ${celString(enforcementProbeUser)}`;
const params = { name: limitsName, namespace: systemNamespace };

/**
 * The kill switch for writes to nodes, in two guardrails (ADR 10). The first denies writes to nodes, the second denies
 * new identities that could write to nodes.
 *
 * While the ConfigMap `airlock-limits` does not exist:
 * - Kubernetes skips the first guardrail (`Allow`). With `Deny`, the controllers of the cluster could not taint a
 *   failing node.
 * - The second guardrail denies (`Deny`), so Airlock gets no new identity for nodes. No other user can create
 *   ServiceAccounts or tokens in `airlock-system` either.
 */
export function nodeKillSwitchGuardrails(): Manifest[] {
  return [
    ...admissionPolicy({
      name: nodeKillSwitchPolicyName,
      users: `${isMinted} || ${isProbe}`,
      params: {
        ...params,
        scope: { operations: ['CREATE', 'UPDATE', 'DELETE'], apiGroups: [''], resources: ['nodes'], namespaces: [] },
        missing: 'Allow',
      },
      variables: {},
      validations: killSwitchIsOff,
    }),
    ...admissionPolicy({
      name: nodeMintKillSwitchPolicyName,
      users: `${user} == ${celString(systemUsername(accounts.nodeMinter))} || ${isProbe}`,
      params: {
        ...params,
        scope: {
          operations: ['CREATE'],
          apiGroups: [''],
          resources: ['serviceaccounts', 'serviceaccounts/token'],
          namespaces: [systemNamespace],
        },
        missing: 'Deny',
      },
      variables: {},
      validations: killSwitchIsOff,
    }),
  ];
}

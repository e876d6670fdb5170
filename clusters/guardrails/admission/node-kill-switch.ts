import { celString } from '../../../src/actions/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, limitsName, systemUsername } from '../names.ts';
import { admissionPolicy } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';
import { enforcementProbeUser, killSwitchIsOff } from './limits-guardrail.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. While the kill switch is on, the policy denies Airlock's
 * writes to nodes.
 */
export const nodeKillSwitchPolicyName = 'airlock-node-kill-switch';
/**
 * Name of a ValidatingAdmissionPolicy and of its binding. While the kill switch is on, the policy denies new identities
 * for actions on nodes.
 */
export const nodeMintKillSwitchPolicyName = 'airlock-node-mint-kill-switch';

const user = 'request.userInfo.username';
const isProbe = `${user} == ${celString(enforcementProbeUser)}`;
const params = { name: limitsName, namespace: systemNamespace };

/**
 * The kill switch for nodes, in two guardrails (ADR 10). While the kill switch is on, the first denies Airlock's writes
 * to nodes. The second denies new identities for actions on nodes.
 *
 * While the ConfigMap `airlock-limits` does not exist:
 * - Kubernetes skips the first guardrail (`Allow`). With `Deny`, the controllers of the cluster could not taint a
 *   failing node.
 * - Kubernetes denies every request in the scope of the second guardrail (`Deny`). So Airlock gets no new identity for
 *   nodes, but nobody else can create ServiceAccounts or tokens in `airlock-system` either.
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

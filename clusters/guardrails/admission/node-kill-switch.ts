import { celString } from '../../../src/actions/guardrails/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, limitsConfigMap, systemUsername } from '../names.ts';
import { admissionPolicy } from './admission-policy.ts';
import { userIsMinted } from './identities-guardrail.ts';
import { enforcementProbeUser, killSwitchValidations } from './limits-guardrail.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. While the kill switch is on, minted identities
 * (ServiceAccounts that Vault creates) cannot write nodes.
 */
export const nodeKillSwitchPolicyName = 'airlock-node-kill-switch';
/**
 * Name of a ValidatingAdmissionPolicy and of its binding. While the kill switch is on, the node minter (the
 * ServiceAccount with which Vault creates identities for actions on nodes) cannot create identities.
 */
export const nodeMintKillSwitchPolicyName = 'airlock-node-mint-kill-switch';

const user = 'request.userInfo.username';
const isProbeUser = `${user} == ${celString(enforcementProbeUser)}`;
const params = { name: limitsConfigMap, namespace: systemNamespace };

/**
 * The kill switch for nodes (ADR 10): two guardrails that read the ConfigMap `airlock-limits`. While this
 * ConfigMap is missing:
 * - Kubernetes skips `airlock-node-kill-switch` (`Allow`). With `Deny`, the controllers of the cluster could not taint
 *   a failing node.
 * - Kubernetes denies every request that `airlock-node-mint-kill-switch` matches, of every user (`Deny`). So nobody can create ServiceAccounts or tokens in `airlock-system`. Airlock gets no new identity for nodes, and no
 *   new read lease.
 */
export function nodeKillSwitchGuardrails(): Manifest[] {
  return [
    ...admissionPolicy({
      name: nodeKillSwitchPolicyName,
      users: `${userIsMinted} || ${isProbeUser}`,
      params: {
        ...params,
        matchedRequests: {
          operations: ['CREATE', 'UPDATE', 'DELETE'],
          apiGroups: [''],
          resources: ['nodes'],
          namespaces: [],
        },
        parameterNotFoundAction: 'Allow',
      },
      variables: {},
      validations: killSwitchValidations,
    }),
    ...admissionPolicy({
      name: nodeMintKillSwitchPolicyName,
      users: `${user} == ${celString(systemUsername(accounts.nodeMinter))} || ${isProbeUser}`,
      params: {
        ...params,
        matchedRequests: {
          operations: ['CREATE'],
          apiGroups: [''],
          resources: ['serviceaccounts', 'serviceaccounts/token'],
          namespaces: [systemNamespace],
        },
        parameterNotFoundAction: 'Deny',
      },
      variables: {},
      validations: killSwitchValidations,
    }),
  ];
}

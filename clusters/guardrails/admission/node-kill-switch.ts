import { celString } from '../../../src/actions/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, limitsName, systemUsername } from '../names.ts';
import { admissionPolicy } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';
import { enforcementProbeUser, killSwitchIsOff } from './limits-guardrail.ts';

export const nodeKillSwitchPolicyName = 'airlock-node-kill-switch';
export const nodeMintKillSwitchPolicyName = 'airlock-node-mint-kill-switch';

const user = 'request.userInfo.username';
const isProbe = `${user} == ${celString(enforcementProbeUser)}`;
const params = { name: limitsName, namespace: systemNamespace };

/**
 * The kill switch for writes to nodes, in two guardrails (ADR 10). While the ConfigMap is missing, Kubernetes skips the first:
 * otherwise it would keep the cluster's own controllers from tainting a failing node. The second then still denies every
 * new identity that could act on nodes, and with it, for all users, every new ServiceAccount in `airlock-system`.
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

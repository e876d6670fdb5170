import { systemNamespace } from '../../../src/domain/names.ts';
import { admissionPolicy, celString } from './admission-policy.ts';
import { biteProbeUser, notHalted } from './limits-guardrail.ts';
import { isMinted } from './identities-guardrail.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, boundsName, systemUsername } from '../names.ts';

export const nodeHaltLock = 'airlock-node-halt';
export const nodeMintHaltLock = 'airlock-node-mint-halt';

const user = 'request.userInfo.username';
const probe = `${user} == ${celString(biteProbeUser)}`;
const params = { name: boundsName, namespace: systemNamespace };

/**
 * The kill switch for what is done to nodes, in two locks (ADR 10). While the owner's ConfigMap is missing the first one
 * is left out, because it would stop everybody, the cluster's own controllers too, from tainting a failing node; then
 * the second one still lets nobody mint an identity that could act on nodes, at the price of everybody's ServiceAccounts
 * in `airlock-system`.
 */
export function nodeHaltPolicies(): Manifest[] {
  return [
    ...admissionPolicy({
      name: nodeHaltLock,
      who: `${isMinted} || ${probe}`,
      params: {
        ...params,
        scope: { operations: ['CREATE', 'UPDATE', 'DELETE'], apiGroups: [''], resources: ['nodes'], namespaces: [] },
        missing: 'Allow',
      },
      variables: {},
      validations: [...notHalted],
    }),
    ...admissionPolicy({
      name: nodeMintHaltLock,
      who: `${user} == ${celString(systemUsername(accounts.nodeMinter))} || ${probe}`,
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
      validations: [...notHalted],
    }),
  ];
}

import { celString } from '../../../src/actions/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, limitsName, systemUsername } from '../names.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the ServiceAccount of the same name
 * (`accounts.killSwitch`).
 */
export const killSwitchPolicyName = 'airlock-kill-switch';

const keptMetadata = ['labels', 'annotations', 'ownerReferences', 'finalizers'].map((field) => `metadata.?${field}`);

/**
 * The RBAC permission of the ServiceAccount `airlock-kill-switch`. The ServiceAccount may patch the ConfigMap
 * `airlock-limits`, but not read it. `killSwitchGuardrail` limits the patch to the key `killSwitch`.
 */
export function killSwitchRights(): Manifest[] {
  return [
    role(systemNamespace, accounts.killSwitch, [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [limitsName], verbs: ['patch'] },
    ]),
    roleBinding(systemNamespace, {
      roleKind: 'Role',
      role: accounts.killSwitch,
      account: accounts.killSwitch,
      accountNamespace: systemNamespace,
    }),
  ];
}

/**
 * The guardrail of the ServiceAccount `airlock-kill-switch`. The ServiceAccount may set the key `killSwitch` to `on`,
 * and change nothing else. While the value is `on`, Airlock cannot change a Deployment or a node. Only the
 * administrator can set the key to `off`.
 */
export function killSwitchGuardrail(): Manifest[] {
  const allowedWrite = `UPDATE /configmaps/ ${systemNamespace} ${limitsName}`;
  // `immutable` must not change either: an immutable ConfigMap would keep the administrator from setting the kill
  // switch to `off`.
  const unchanged = [...keptMetadata, '?immutable', '?binaryData'].map((path) => `object.${path} == oldObject.${path}`);
  return admissionPolicy({
    name: killSwitchPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.killSwitch))}`,
    variables: {
      target: `${requestedWrite} + ' ' + request.?namespace.orValue('') + ' ' + request.?name.orValue('')`,
      oldData: 'oldObject.?data.orValue({})',
      data: 'object.?data.orValue({})',
    },
    validations: [
      {
        expression: `variables.target == ${celString(allowedWrite)}`,
        message: `kill switch: may only patch ${limitsName}`,
      },
      {
        expression: "variables.data[?'killSwitch'].orValue('') == 'on'",
        message: 'kill switch: may only turn it on',
      },
      {
        expression:
          "variables.data.all(k, k == 'killSwitch' || variables.oldData[?k] == variables.data[?k]) && " +
          "variables.oldData.all(k, k == 'killSwitch' || k in variables.data)",
        message: 'kill switch: may change no other key',
      },
      { expression: unchanged.join(' && '), message: 'kill switch: may change only data' },
    ],
  });
}

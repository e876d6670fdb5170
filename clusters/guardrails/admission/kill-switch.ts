import { celString } from '../../../src/actions/guardrails/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, limitsConfigMap, systemUsername } from '../names.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the ServiceAccount of the same name. This
 * ServiceAccount can turn the kill switch on.
 */
export const killSwitchSetterPolicyName = 'airlock-kill-switch';

const metadataPaths = ['labels', 'annotations', 'ownerReferences', 'finalizers'].map((field) => `metadata.?${field}`);

/**
 * The RBAC permission of the ServiceAccount `airlock-kill-switch`: to patch the ConfigMap `airlock-limits`.
 * `killSwitchSetterGuardrail` allows only a patch of one key.
 */
export function killSwitchSetterRights(): Manifest[] {
  return [
    role(systemNamespace, accounts.killSwitchSetter, [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [limitsConfigMap], verbs: ['patch'] },
    ]),
    roleBinding(systemNamespace, {
      roleKind: 'Role',
      role: accounts.killSwitchSetter,
      account: accounts.killSwitchSetter,
      accountNamespace: systemNamespace,
    }),
  ];
}

/**
 * The guardrail of the ServiceAccount `airlock-kill-switch`. This ServiceAccount may only set the key `killSwitch` of
 * the ConfigMap `airlock-limits` to `on`. While the value is `on`, Airlock cannot change a Deployment or a node. Only
 * the administrator can set the key to `off`.
 */
export function killSwitchSetterGuardrail(): Manifest[] {
  const allowedWrite = `UPDATE /configmaps/ ${systemNamespace} ${limitsConfigMap}`;
  // In an immutable ConfigMap, the administrator could not set the key to `off`. So `immutable` must not change.
  const unchanged = [...metadataPaths, '?immutable', '?binaryData'].map(
    (path) => `object.${path} == oldObject.${path}`,
  );
  return admissionPolicy({
    name: killSwitchSetterPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.killSwitchSetter))}`,
    variables: {
      writeAndObject: `${requestedWrite} + ' ' + request.?namespace.orValue('') + ' ' + request.?name.orValue('')`,
      oldData: 'oldObject.?data.orValue({})',
      data: 'object.?data.orValue({})',
    },
    validations: [
      {
        expression: `variables.writeAndObject == ${celString(allowedWrite)}`,
        message: `this ServiceAccount may only patch the ConfigMap ${limitsConfigMap}`,
      },
      {
        expression: "variables.data[?'killSwitch'].orValue('') == 'on'",
        message: 'this ServiceAccount may only set killSwitch to on',
      },
      {
        expression:
          "variables.data.all(k, k == 'killSwitch' || variables.oldData[?k] == variables.data[?k]) && " +
          "variables.oldData.all(k, k == 'killSwitch' || k in variables.data)",
        message: 'this ServiceAccount may change no other key than killSwitch',
      },
      { expression: unchanged.join(' && '), message: 'this ServiceAccount may change only the data of the ConfigMap' },
    ],
  });
}

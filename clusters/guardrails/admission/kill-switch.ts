import { celString } from '../../../src/actions/guardrail.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import { role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, limitsName, systemUsername } from '../names.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

export const killSwitchPolicyName = 'airlock-kill-switch';

const kept = ['labels', 'annotations', 'ownerReferences', 'finalizers'].map((field) => `metadata.?${field}`);

/** The right of the kill switch's ServiceAccount: to patch the limits. It cannot read or list; its guardrail allows one key. */
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

/** The kill switch's ServiceAccount may set `killSwitch` to `on` and change nothing else. It cannot turn the switch off. */
export function killSwitchGuardrail(): Manifest[] {
  const target = `UPDATE /configmaps/ ${systemNamespace} ${limitsName}`;
  // `immutable` too: it would keep the administrator from ever turning the kill switch off.
  const same = [...kept, '?immutable', '?binaryData'].map((path) => `object.${path} == oldObject.${path}`);
  return admissionPolicy({
    name: killSwitchPolicyName,
    users: `request.userInfo.username == ${celString(systemUsername(accounts.killSwitch))}`,
    variables: {
      target: `${requestedWrite} + ' ' + request.?namespace.orValue('') + ' ' + request.?name.orValue('')`,
      oldData: 'oldObject.?data.orValue({})',
      data: 'object.?data.orValue({})',
    },
    validations: [
      { expression: `variables.target == ${celString(target)}`, message: `kill switch: only patches ${limitsName}` },
      {
        expression: "variables.data[?'killSwitch'].orValue('') == 'on'",
        message: 'kill switch: can only be turned on',
      },
      {
        expression:
          "variables.data.all(k, k == 'killSwitch' || variables.oldData[?k] == variables.data[?k]) && " +
          "variables.oldData.all(k, k == 'killSwitch' || k in variables.data)",
        message: 'kill switch: changes no other key',
      },
      { expression: same.join(' && '), message: 'kill switch: changes nothing but data' },
    ],
  });
}

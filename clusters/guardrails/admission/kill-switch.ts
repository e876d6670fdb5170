import { systemNamespace } from '../../../src/domain/names.ts';
import { admissionPolicy, celString, requestedWrite } from './admission-policy.ts';
import { role, roleBinding, type Manifest } from '../manifest.ts';
import { accounts, boundsName, systemUsername } from '../names.ts';

export const halterLock = 'airlock-halter';

const kept = ['labels', 'annotations', 'ownerReferences', 'finalizers'].map((field) => `metadata.?${field}`);

/** The halter's right: to patch the bounds. It cannot read or list anything, and its lock leaves it one key. */
export function halterRights(): Manifest[] {
  return [
    role(systemNamespace, accounts.halter, [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: [boundsName], verbs: ['patch'] },
    ]),
    roleBinding(systemNamespace, {
      roleKind: 'Role',
      role: accounts.halter,
      account: accounts.halter,
      accountNamespace: systemNamespace,
    }),
  ];
}

/** The halter's lock: `halted` becomes `"true"`, and nothing else changes. Clearing it takes another identity. */
export function halterPolicy(): Manifest[] {
  const target = `UPDATE /configmaps/ ${systemNamespace} ${boundsName}`;
  // Not even `immutable`, which would keep the owner from ever clearing the halt.
  const same = [...kept, '?immutable', '?binaryData'].map((path) => `object.${path} == oldObject.${path}`);
  return admissionPolicy({
    name: halterLock,
    who: `request.userInfo.username == ${celString(systemUsername(accounts.halter))}`,
    variables: {
      target: `${requestedWrite} + ' ' + request.?namespace.orValue('') + ' ' + request.?name.orValue('')`,
      oldData: 'oldObject.?data.orValue({})',
      data: 'object.?data.orValue({})',
    },
    validations: [
      { expression: `variables.target == ${celString(target)}`, message: `halter: only patches ${boundsName}` },
      { expression: "variables.data[?'halted'].orValue('') == 'true'", message: 'halter: only ever halts' },
      {
        expression:
          "variables.data.all(k, k == 'halted' || variables.oldData[?k] == variables.data[?k]) && " +
          "variables.oldData.all(k, k == 'halted' || k in variables.data)",
        message: 'halter: changes no other key',
      },
      { expression: same.join(' && '), message: 'halter: changes nothing but data' },
    ],
  });
}

import { systemNamespace } from '../../src/domain/names.ts';
import { admissionPolicy, celList, celString, requestedWrite } from './admission-policy.ts';
import type { Manifest } from './manifest.ts';
import { accounts, boundsName, grantNames, lockedActions, systemUsername } from './names.ts';
import { scaleWorkloadValidations } from './scale-workload-lock.ts';
import { undoRolloutValidations, undoRolloutVariables } from './undo-rollout-lock.ts';
import type { OwnerValues } from './values.ts';

export const identitiesLock = 'airlock-identities';

const known = [accounts.execMinter, accounts.readMinter, accounts.halter].map(systemUsername);
const user = 'request.userInfo.username';

/**
 * Lock 4: what a minted identity may write, by the action in its name. RBAC bounds objects and verbs, never fields.
 * Every ServiceAccount named `airlock-...` that is not one of the three known ones is judged here, in every
 * namespace: read identities too, which may write nothing. `halted` may be absent, so that applying the owner's
 * manifests again never clears a halt.
 */
export function identitiesPolicy(values: OwnerValues): Manifest[] {
  return admissionPolicy({
    name: identitiesLock,
    who: `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(known)})`,
    params: { name: boundsName, namespace: systemNamespace },
    variables: {
      write: requestedWrite,
      name: `${user}.split(':')[3]`,
      // `airlock-` before and `-` with eight random characters after the action.
      action: `variables.name.matches(${celString(grantNames)}) ? variables.name.substring(8, size(variables.name) - 9) : ''`,
      ...undoRolloutVariables,
    },
    validations: [
      {
        expression: "params.?data[?'halted'].orValue('false') == 'false'",
        message: 'Airlock is halted on this cluster; only its owner can clear that',
      },
      {
        expression: `variables.action in ${celList(lockedActions)}`,
        message: 'this identity carries no action that may write',
      },
      {
        expression:
          `request.?namespace.orValue('') == ${user}.split(':')[2] && ` +
          `request.namespace in ${celList(values.allowedNamespaces)}`,
        message: 'only in its own namespace, and only where the owner lets Airlock act',
      },
      ...undoRolloutValidations(values),
      ...scaleWorkloadValidations(),
    ],
  });
}

import { admissionPolicy, celList, celString, requestedWrite } from './admission-policy.ts';
import type { Manifest } from './manifest.ts';
import { accounts, grantNames, lockedActions, systemUsername } from './names.ts';
import { restartWorkloadValidations } from './restart-workload-lock.ts';
import { scaleWorkloadValidations } from './scale-workload-lock.ts';
import { undoRolloutValidations, undoRolloutVariables } from './undo-rollout-lock.ts';
import type { OwnerValues } from './values.ts';

export const identitiesLock = 'airlock-identities';

const known = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/** CEL: the request comes from an identity that was minted, whatever for. */
export const isMinted = `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(known)})`;

/**
 * Lock 4: what a minted identity may write, by the action in its name. RBAC bounds objects and verbs, never fields.
 * Every ServiceAccount named `airlock-...` that is not one of the three known ones is judged here, in every
 * namespace: read identities too, which may write nothing. Halt and ranges are the bounds lock's.
 */
export function identitiesPolicy(values: OwnerValues): Manifest[] {
  return admissionPolicy({
    name: identitiesLock,
    who: isMinted,
    variables: {
      write: requestedWrite,
      name: `${user}.split(':')[3]`,
      // `airlock-` before and `-` with eight random characters after the action.
      action: `variables.name.matches(${celString(grantNames)}) ? variables.name.substring(8, size(variables.name) - 9) : ''`,
      ...undoRolloutVariables,
    },
    validations: [
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
      ...restartWorkloadValidations(),
    ],
  });
}

import { admissionPolicy, celList, celString, requestedWrite } from './admission-policy.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, actingNames, lockedActions, nodeActions, systemUsername } from '../names.ts';
import { isNodeAction, nodePlace, nodeValidations } from './node-guardrail.ts';
import { restartWorkloadValidations } from './restart-workload-guardrail.ts';
import { scaleWorkloadValidations } from './scale-workload-guardrail.ts';
import { undoRolloutValidations, undoRolloutVariables } from './undo-rollout-guardrail.ts';
import type { OwnerValues } from '../values.ts';

export const identitiesLock = 'airlock-identities';

const known = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/** CEL: the request comes from an identity that was minted, whatever for. */
export const isMinted = `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(known)})`;

/**
 * Lock 4: what a minted identity may write, by the action in its name. RBAC bounds objects and verbs, never fields.
 * Every ServiceAccount named `airlock-...` that is not one of the known ones is judged here, in every
 * namespace: read identities too, which may write nothing. Halt and ranges are the bounds lock's.
 */
export function identitiesPolicy(values: OwnerValues): Manifest[] {
  const nodesAllowed = values.allowedNodes.length > 0;
  const actions = [...lockedActions, ...(nodesAllowed ? nodeActions : [])];
  return admissionPolicy({
    name: identitiesLock,
    who: isMinted,
    variables: {
      write: requestedWrite,
      name: `${user}.split(':')[3]`,
      // `airlock-` before and `-` with eight random characters after the action.
      action: `variables.name.matches(${celString(actingNames)}) ? variables.name.substring(8, size(variables.name) - 9) : ''`,
      ...undoRolloutVariables,
    },
    validations: [
      {
        expression: `variables.action in ${celList(actions)}`,
        message: 'this identity carries no action that may write',
      },
      {
        expression:
          `${isNodeAction} ? (${nodePlace}) : ` +
          `(request.?namespace.orValue('') == ${user}.split(':')[2] && ` +
          `request.namespace in ${celList(values.allowedNamespaces)})`,
        message: 'only in its own namespace, and only where the owner lets Airlock act',
      },
      ...undoRolloutValidations(values),
      ...scaleWorkloadValidations(),
      ...restartWorkloadValidations(),
      ...(nodesAllowed ? nodeValidations(values) : []),
    ],
  });
}

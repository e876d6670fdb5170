import { celList, celString } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions, nodeActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, actingNames, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

export const identitiesPolicyName = 'airlock-identities';

const known = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/** CEL: the request comes from a minted identity, for an action or for reading. */
export const isMinted = `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(known)})`;

const isNodeAction = `variables.action in ${celList(nodeActions)}`;

/** CEL: the identity is in `airlock-system`, where only the node minter makes such identities, and the object has no namespace. */
const isClusterScoped =
  `${user}.split(':')[2] == ${celString(systemNamespace)} && ` + "request.?namespace.orValue('') == ''";

/**
 * Guardrail 4: what a minted identity may write, by the action in its name. RBAC limits objects and verbs, never fields. It
 * applies in every namespace to every ServiceAccount named `airlock-...` except the installed ones: also to identities for
 * reading, which may write nothing. The kill switch and the range of replicas are in `airlock-limits`.
 */
export function identitiesGuardrail(values: GuardrailValues): Manifest[] {
  const actions = [...namespacedActions, ...(values.allowedNodes.length > 0 ? nodeActions : [])];
  const guardrails = actions.map((action) => guardrailOf(action, values));
  return admissionPolicy({
    name: identitiesPolicyName,
    users: isMinted,
    variables: {
      write: requestedWrite,
      name: `${user}.split(':')[3]`,
      // The action is between `airlock-` and a hyphen with eight random characters.
      action: `variables.name.matches(${celString(actingNames)}) ? variables.name.substring(8, size(variables.name) - 9) : ''`,
      ...Object.fromEntries(guardrails.flatMap(({ variables = {} }) => Object.entries(variables))),
    },
    validations: [
      {
        expression: `variables.action in ${celList(actions)}`,
        message: 'the name of this identity carries no action that may write',
      },
      {
        expression:
          `${isNodeAction} ? (${isClusterScoped}) : ` +
          `(request.?namespace.orValue('') == ${user}.split(':')[2] && ` +
          `request.namespace in ${celList(values.allowedNamespaces)})`,
        message: 'only in its own namespace, and only in namespaces that the administrator allows',
      },
      ...guardrails.flatMap(({ validations }) => validations),
    ],
  });
}

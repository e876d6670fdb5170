import { celList, celString } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions, nodeActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, actingNames, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

/**
 * Name of the ValidatingAdmissionPolicy that limits minted identities (ServiceAccounts that Vault creates) by their
 * action, and of its binding.
 */
export const identitiesPolicyName = 'airlock-identities';

const installed = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/** CEL: true if the user is a minted identity, for an action or for reading. */
export const isMinted = `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(installed)})`;

const isNodeAction = `variables.action in ${celList(nodeActions)}`;

/**
 * CEL: true if the identity is in `airlock-system` and the object of the request has no namespace. Among the identities
 * for actions, only those of the node minter are in `airlock-system`.
 */
const isClusterScoped =
  `${user}.split(':')[2] == ${celString(systemNamespace)} && ` + "request.?namespace.orValue('') == ''";

/**
 * Guardrail 4: limits what a minted identity may write, depending on the action in its name. RBAC is not enough,
 * because RBAC limits objects and verbs but never fields. The guardrail applies in every namespace to every
 * ServiceAccount named `airlock-...`, except the installed ones. So it also applies to identities for reading, and
 * these may write nothing. The kill switch and the allowed range of replicas are enforced by the policy
 * `airlock-limits`.
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
        message: 'the name of this identity contains no action that may write',
      },
      {
        expression:
          `${isNodeAction} ? (${isClusterScoped}) : ` +
          `(request.?namespace.orValue('') == ${user}.split(':')[2] && ` +
          `request.namespace in ${celList(values.allowedNamespaces)})`,
        message:
          'this identity may only write in its own namespace, and only if the administrator allows Airlock there',
      },
      ...guardrails.flatMap(({ validations }) => validations),
    ],
  });
}

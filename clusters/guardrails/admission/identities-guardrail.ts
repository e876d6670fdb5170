import { celList, celString } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions, nodeActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, actingNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits minted identities (ServiceAccounts that
 * Vault creates) by their action.
 */
export const identitiesPolicyName = 'airlock-identities';

const installed = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/** CEL: true if the user is a minted identity: one for an action, or one for reading. */
export const isMinted = `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && !(${user} in ${celList(installed)})`;

const isNodeAction = `variables.action in ${celList(nodeActions)}`;

/**
 * CEL: true if the identity is in `airlock-system` and the object of the request has no namespace. Among the identities
 * for actions, only those of the node minter are in `airlock-system`.
 */
const isClusterScoped =
  `${user}.split(':')[2] == ${celString(systemNamespace)} && ` + "request.?namespace.orValue('') == ''";

/**
 * Guardrail 4 (SECURITY.md): limits what a minted identity may write. The limits depend on the action in the identity's
 * name. RBAC is not enough, because RBAC cannot limit fields. The guardrail limits every ServiceAccount named
 * `airlock-...` in every namespace, except the installed ones. Identities for reading may write nothing, because their
 * name contains no action. `limitsGuardrail` and `nodeKillSwitchGuardrails` enforce the kill switch and the range of
 * replicas.
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
      // Example: the name `airlock-undo-rollout-1a2b3c4d` contains the action `undo-rollout`.
      action: `variables.name.matches(${celString(actingNamePattern)}) ? variables.name.substring(8, size(variables.name) - 9) : ''`,
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

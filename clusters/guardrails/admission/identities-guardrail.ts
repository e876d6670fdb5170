import { celList, celString } from '../../../src/actions/guardrails/guardrail.ts';
import { guardrailOf, namespacedActions, nodeActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { accounts, anyGrantNamePattern, systemUsername } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy limits the writes of minted identities: the
 * ServiceAccounts that Vault creates.
 */
export const identitiesPolicyName = 'airlock-identities';

const installed = Object.values(accounts).map(systemUsername);
const user = 'request.userInfo.username';

/**
 * CEL: true if the user is a minted identity, for an action or for reading. Every ServiceAccount named `airlock-...`
 * counts as a minted identity, in every namespace. Only the installed ServiceAccounts are excepted.
 */
export const userIsMinted =
  `${user}.matches('^system:serviceaccount:[^:]+:airlock-') && ` + `!(${user} in ${celList(installed)})`;

const isNodeAction = `variables.action in ${celList(nodeActions)}`;

/**
 * CEL: true if the identity is in `airlock-system` and the object of the request has no namespace. Only the node minter
 * can create identities for actions in `airlock-system`. So no identity of the exec minter can write nodes.
 */
const isClusterScopedWrite =
  `${user}.split(':')[2] == ${celString(systemNamespace)} && ` + "request.?namespace.orValue('') == ''";

/**
 * Guardrail 4 (SECURITY.md): limits what a minted identity may write. The limits depend on the action in the identity's
 * name. RBAC is not enough, because RBAC cannot limit fields. An identity for reading may write nothing, because its
 * name contains no action. Two more parts of guardrail 4 are separate policies:
 * - `limitsGuardrail` enforces the range of replicas, and the kill switch for Deployments.
 * - `nodeKillSwitchGuardrails` enforces the kill switch for nodes.
 */
export function identitiesGuardrail(values: GuardrailValues): Manifest[] {
  const actions = [...namespacedActions, ...(values.allowedNodes.length > 0 ? nodeActions : [])];
  const actionGuardrails = actions.map((action) => guardrailOf(action, values));
  return admissionPolicy({
    name: identitiesPolicyName,
    users: userIsMinted,
    variables: {
      write: requestedWrite,
      name: `${user}.split(':')[3]`,
      // Example: the name `airlock-undo-rollout-1a2b3c4d` contains the action `undo-rollout`. The action comes after 8
      // characters and before the last 9.
      action:
        `variables.name.matches(${celString(anyGrantNamePattern)}) ? ` +
        "variables.name.substring(8, size(variables.name) - 9) : ''",
      ...Object.fromEntries(actionGuardrails.flatMap(({ variables = {} }) => Object.entries(variables))),
    },
    validations: [
      {
        expression: `variables.action in ${celList(actions)}`,
        message: 'this identity may write nothing, because its name contains no allowed action',
      },
      {
        expression: `!(${isNodeAction}) || (${isClusterScopedWrite})`,
        message:
          `an identity for node actions must be in ${systemNamespace} ` +
          'and may only write objects without a namespace',
      },
      {
        expression:
          `${isNodeAction} || ` +
          `(request.?namespace.orValue('') == ${user}.split(':')[2] && ` +
          `request.namespace in ${celList(values.allowedNamespaces)})`,
        message:
          'this identity may only write in its own namespace, and only if the administrator allows that namespace',
      },
      ...actionGuardrails.flatMap(({ validations }) => validations),
    ],
  });
}

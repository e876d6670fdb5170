import { celString, type Validation } from '../../../src/actions/guardrails/guardrail.ts';
import { guardrailOf, namespacedActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { limitsConfigMap } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { userIsMinted } from './identities-guardrail.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy enforces the range of replicas, and the kill
 * switch for Deployments.
 */
export const limitsPolicyName = 'airlock-limits';

/**
 * A user name that no real user has. `enforcementProbes` impersonates this user. Every guardrail with parameters denies
 * each matched write of this user. If the denial has the message of a validation, the guardrail is enforced and has
 * read its ConfigMap.
 */
export const enforcementProbeUser = 'airlock-enforcement-probe';

const user = 'request.userInfo.username';

/**
 * The validations of every guardrail that reads the kill switch. While the kill switch is on, the first validation
 * denies the writes of all users that the guardrail limits. The second validation always denies the writes of
 * `enforcementProbeUser`, and nobody else's.
 */
export const killSwitchValidations: readonly Validation[] = [
  {
    expression: "params.?data[?'killSwitch'].orValue('off') == 'off'",
    message: 'the kill switch is on; only the administrator of this cluster can turn it off',
  },
  { expression: `${user} != ${celString(enforcementProbeUser)}`, message: 'this guardrail is enforced' },
];

/**
 * The part of guardrail 4 (SECURITY.md) that reads the ConfigMap `airlock-limits`. The ConfigMap contains the range of
 * replicas and the kill switch. The administrator can change both values at run time. This guardrail covers only
 * Deployments, because minted identities may write nothing else in a namespace.
 *
 * The kill switch is off if the key `killSwitch` is missing or has the value `off`. Every other value means on. The
 * chart does not contain this key. So an upgrade of the chart never turns the kill switch off.
 *
 * While the ConfigMap does not exist, nobody can write Deployments in the allowed namespaces, because of
 * `parameterNotFoundAction: 'Deny'`. To uninstall Airlock, the administrator must first delete the bindings of the
 * admission policies, then the ConfigMap.
 */
export function limitsGuardrail(values: GuardrailValues): Manifest[] {
  const matchedRequests = {
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale'],
    namespaces: values.allowedNamespaces,
  };
  return admissionPolicy({
    name: limitsPolicyName,
    users: `${userIsMinted} || ${user} == ${celString(enforcementProbeUser)}`,
    params: { name: limitsConfigMap, namespace: systemNamespace, matchedRequests, parameterNotFoundAction: 'Deny' },
    variables: { write: requestedWrite },
    validations: [
      ...killSwitchValidations,
      ...namespacedActions.flatMap((action) => guardrailOf(action, values).limits ?? []),
    ],
  });
}

import { celString, type Validation } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { limitsName } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';

/**
 * Name of a ValidatingAdmissionPolicy and of its binding. The policy enforces the kill switch and the range of
 * replicas.
 */
export const limitsPolicyName = 'airlock-limits';

/**
 * A user name that no real user has. A guardrail with parameters refuses every write of this user in its scope. If the
 * refusal has the message of a validation, the guardrail is enforced and has read its ConfigMap.
 */
export const enforcementProbeUser = 'airlock-enforcement-probe';

const user = 'request.userInfo.username';

/**
 * The validations of the kill switch. While the kill switch is on, the first validation refuses every matched user. The
 * second validation always refuses `enforcementProbeUser`, and nobody else.
 */
export const killSwitchIsOff: readonly Validation[] = [
  {
    expression: "params.?data[?'killSwitch'].orValue('off') == 'off'",
    message: "this cluster's kill switch is on; only its administrator can turn it off",
  },
  { expression: `${user} != ${celString(enforcementProbeUser)}`, message: 'the limits are enforced' },
];

/**
 * The part of guardrail 4 (SECURITY.md) that the administrator changes at run time: the kill switch and the range of
 * replicas. The guardrail covers only Deployments, because minted identities may write nothing else in a namespace. The
 * kill switch is off if the key `killSwitch` is missing or has the value `off`. Every other value means on. The
 * manifests do not contain the key, so applying them again never turns the kill switch off.
 *
 * While the ConfigMap does not exist, nobody can write Deployments in the allowed namespaces (`missing: 'Deny'`). To
 * uninstall Airlock, an administrator must first delete the bindings of the admission policies, then the ConfigMap.
 */
export function limitsGuardrail(values: GuardrailValues): Manifest[] {
  const scope = {
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale'],
    namespaces: values.allowedNamespaces,
  };
  return admissionPolicy({
    name: limitsPolicyName,
    users: `${isMinted} || ${user} == ${celString(enforcementProbeUser)}`,
    params: { name: limitsName, namespace: systemNamespace, scope, missing: 'Deny' },
    variables: { write: requestedWrite },
    validations: [
      ...killSwitchIsOff,
      ...namespacedActions.flatMap((action) => guardrailOf(action, values).limits ?? []),
    ],
  });
}

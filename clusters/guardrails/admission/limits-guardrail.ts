import { celString, type Validation } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { limitsName } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';

export const limitsPolicyName = 'airlock-limits';

/** No real user has this name. Its writes are always refused, which shows that a guardrail is enforced and reads its ConfigMap. */
export const enforcementProbeUser = 'airlock-enforcement-probe';

const user = 'request.userInfo.username';

/** The kill switch: while it is on, nobody passes. The second validation refuses the probe alone. */
export const killSwitchIsOff: readonly Validation[] = [
  {
    expression: "params.?data[?'killSwitch'].orValue('off') == 'off'",
    message: "this cluster's kill switch is on; only its administrator can turn it off",
  },
  { expression: `${user} != ${celString(enforcementProbeUser)}`, message: 'the limits are enforced' },
];

/**
 * The part of guardrail 4 that the administrator changes at run time: the kill switch and the range of replicas. It covers
 * everything in namespaces that minted identities may write. `killSwitch` may be absent, so that applying the manifests again
 * never turns it off; every value but `off` counts as on.
 *
 * While the ConfigMap is missing, nobody can write Deployments of the allowed namespaces: that is the price of failing
 * closed. An administrator who uninstalls Airlock deletes the bindings first.
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

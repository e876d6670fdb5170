import { celString, type Validation } from '../../../src/actions/guardrail.ts';
import { guardrailOf, namespacedActions } from '../../../src/actions/registry.ts';
import { systemNamespace } from '../../../src/domain/names.ts';
import type { Manifest } from '../manifest.ts';
import { limitsName } from '../names.ts';
import type { GuardrailValues } from '../values.ts';
import { admissionPolicy, requestedWrite } from './admission-policy.ts';
import { isMinted } from './identities-guardrail.ts';

/** Name of the ValidatingAdmissionPolicy, and of its binding, with the kill switch and the range of replicas as parameters. */
export const limitsPolicyName = 'airlock-limits';

/**
 * A user name that no real user has. The guardrails with parameters always refuse its writes. Such a refusal shows that
 * the guardrail is enforced and has read its ConfigMap.
 */
export const enforcementProbeUser = 'airlock-enforcement-probe';

const user = 'request.userInfo.username';

/**
 * The validations of the kill switch. While it is on, the first one refuses every matched user. The second one refuses
 * only `enforcementProbeUser`.
 */
export const killSwitchIsOff: readonly Validation[] = [
  {
    expression: "params.?data[?'killSwitch'].orValue('off') == 'off'",
    message: "this cluster's kill switch is on; only its administrator can turn it off",
  },
  { expression: `${user} != ${celString(enforcementProbeUser)}`, message: 'the limits are enforced' },
];

/**
 * The part of guardrail 4 that the administrator changes at run time: the kill switch and the range of replicas. It
 * covers everything that minted identities may write in namespaces. The key `killSwitch` may be missing, which counts
 * as `off`, so the manifests do not contain it and applying them again never turns the kill switch off. Every value
 * except `off` counts as on.
 *
 * While the ConfigMap does not exist, nobody can write Deployments in the allowed namespaces. This is the price of a
 * guardrail that fails closed. An administrator who uninstalls Airlock must delete the bindings of the admission
 * policies before the ConfigMap.
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

import type { OpenField } from '../../src/actions/guardrails/guardrail.ts';
import { guardrailOf } from '../../src/actions/registry.ts';
import { actionNameSchema } from '../../src/domain/plan/plan.ts';
import { executionLabel, mintedByLabel } from './names.ts';
import type { GuardrailValues } from './values.ts';

/** The fields that the guardrails let one writer set. */
export interface OpenWrites {
  /** Name of an action or of an installed ServiceAccount. */
  writer: string;
  /** The objects that the writer may create or patch. */
  objects: string;
  fields: readonly OpenField[];
}

const minted = 'the object exists only until the revocation, and no pod uses it';

function mintedMetadata(names: string, label: string): OpenField[] {
  return [
    {
      field: 'metadata.name',
      limit: `${names} and eight random characters`,
      harmless: 'the guardrails limit by the name what an identity may write',
    },
    {
      field: 'metadata.labels',
      limit: `exactly the two labels of Vault and ${label}`,
      harmless: 'no controller acts on them',
    },
    {
      field: 'metadata.ownerReferences',
      harmless: 'the garbage collector can only delete the object, and so end the grant',
    },
    { field: 'metadata.managedFields', harmless: 'no controller acts on them' },
  ];
}

const account: OpenField[] = [
  { field: 'ServiceAccount secrets', harmless: minted },
  { field: 'ServiceAccount imagePullSecrets', harmless: minted },
  { field: 'ServiceAccount automountServiceAccountToken', harmless: minted },
];

const token: OpenField[] = [
  {
    field: 'TokenRequest spec.expirationSeconds',
    limit: "the administrator's maxTokenSeconds",
    harmless: 'Vault revokes the grant earlier by deleting its objects',
  },
  {
    field: 'TokenRequest spec.audiences',
    harmless:
      'gives no permission in this cluster, and Vault does not let the gateway set it. Other systems must not trust every ServiceAccount of a namespace',
  },
  { field: 'TokenRequest spec.boundObjectRef', harmless: 'a bound token only ends earlier' },
];

function boundTo(role: string): OpenField[] {
  return [
    { field: 'binding roleRef', limit: `only ${role}`, harmless: 'the rules of this role are limited' },
    {
      field: 'binding subjects',
      limit: 'only the ServiceAccount with the name of the binding',
      harmless: 'nobody else gets the permissions',
    },
  ];
}

const rules = (limit: string): OpenField => ({
  field: 'role rules',
  limit,
  harmless: 'the guardrail of the action limits what the identity may write',
});

/** Returns the fields that the guardrails leave open, for each action, each minter and the kill switch setter. */
export function openWrites(values: GuardrailValues): OpenWrites[] {
  const actions = actionNameSchema.options.map((action) => ({
    writer: action,
    objects: 'the object that the plan names',
    fields: guardrailOf(action, values).openFields,
  }));
  return [
    ...actions,
    {
      writer: 'airlock-exec-minter',
      objects: 'ServiceAccounts, tokens, Roles and RoleBindings in the allowed namespaces',
      fields: [
        ...mintedMetadata('airlock-<action in namespaces>-', executionLabel.key),
        ...account,
        ...token,
        rules('within the ceiling, with names of objects'),
        ...boundTo('the Role with the name of the binding'),
      ],
    },
    {
      writer: 'airlock-node-minter',
      objects: 'ServiceAccounts and tokens in airlock-system, ClusterRoles and ClusterRoleBindings',
      fields: [
        ...mintedMetadata('airlock-<action on nodes>-', executionLabel.key),
        ...account,
        ...token,
        rules('get and patch of nodes that the administrator allows, without aggregationRule'),
        ...boundTo('the ClusterRole with the name of the binding'),
      ],
    },
    {
      writer: 'airlock-read-minter',
      objects: 'ServiceAccounts and tokens in airlock-system, ClusterRoleBindings',
      fields: [
        ...mintedMetadata('airlock-read-', mintedByLabel.key),
        ...account,
        ...token,
        ...boundTo('the ClusterRole airlock-reader'),
      ],
    },
    {
      writer: 'airlock-kill-switch',
      objects: 'ConfigMap airlock-limits',
      fields: [
        { field: 'data.killSwitch', limit: 'only on', harmless: 'stops Airlock, and only the administrator ends it' },
        { field: 'metadata.managedFields', harmless: 'no controller acts on them' },
      ],
    },
  ];
}

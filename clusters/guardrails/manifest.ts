/** One object of the owner's set, as it is applied. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

const plurals: Record<string, string> = { ValidatingAdmissionPolicy: 'validatingadmissionpolicies' };

/** Path of the object in the Kubernetes API. */
export function pathOf({ apiVersion, kind, metadata }: Manifest): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${root}${scope}/${plurals[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}

const rbac = 'rbac.authorization.k8s.io';

/** One RBAC rule as Kubernetes has it. */
export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** A ClusterRole. It gives nobody anything until it is bound. */
export function clusterRole(name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules };
}

/** A Role. */
export function role(namespace: string, name: string, rules: Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name, namespace }, rules };
}

/** Which role a binding gives, and to which ServiceAccount of which namespace. */
export interface Binding {
  roleKind: 'Role' | 'ClusterRole';
  role: string;
  account: string;
  accountNamespace: string;
}

/** Gives a role to one ServiceAccount inside one namespace; the binding is named after the role. */
export function roleBinding(namespace: string, binding: Binding): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: binding.role, namespace },
    ...bound(binding),
  };
}

/** Gives a ClusterRole to one ServiceAccount in the whole cluster; the binding is named after the role. */
export function clusterRoleBinding(binding: Binding): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: { name: binding.role }, ...bound(binding) };
}

function bound({ roleKind, role: name, account, accountNamespace }: Binding) {
  return {
    roleRef: { apiGroup: rbac, kind: roleKind, name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: accountNamespace }],
  };
}

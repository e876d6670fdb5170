import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** The API groups that kube-apiserver serves itself. Every other group has custom resources or is an aggregated API. */
const builtInGroups = new Set([
  '',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'apps',
  'autoscaling',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'batch',
  'certificates.k8s.io',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'internal.apiserver.k8s.io',
  'networking.k8s.io',
  'node.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'resource.k8s.io',
  'scheduling.k8s.io',
  'storage.k8s.io',
  'storagemigration.k8s.io',
]);

/**
 * The resources that a plan writes, or that a controller or the scheduler writes because of the plan. The keys of the
 * maps are API groups. `workloads`: for plans that change Deployments. `nodes`: for plans that change nodes.
 */
const writtenResources = {
  workloads: new Map([
    ['apps', ['deployments', 'deployments/scale', 'replicasets']],
    ['', ['pods', 'pods/binding']],
  ]),
  nodes: new Map([['', ['nodes']]]),
};
type Changed = keyof typeof writtenResources;

/**
 * Returns sentences about parts of the cluster that are not in the sandbox, but could affect the plan. These parts are:
 * - the webhooks for the resources in `writtenResources`
 * - the aggregated API servers
 * - the custom resources and their controllers
 *
 * The sentences are sorted, so their order does not depend on the order of `listed`.
 * @param listed all webhook configurations and APIServices of the cluster.
 * @param changed what the plan changes.
 */
export function clusterUnknowns(listed: readonly KubeObject[], changed: Changed): string[] {
  const ofKind = (kind: string): KubeObject[] => listed.filter((object) => object.kind === kind);
  const customServices = ofKind('APIService').filter(
    (service) => !service['spec']?.service && !builtInGroups.has(groupOf(service)),
  );
  const customGroups = [...new Set(customServices.map(groupOf))].sort();
  const written = 'what the plan or a controller writes';
  return [
    ...ofKind('MutatingWebhookConfiguration')
      .filter((configuration) => hasMatchingRule(configuration, changed))
      .map((configuration) => `${describe(configuration)} may change ${written}; the sandbox runs no webhooks`),
    ...ofKind('ValidatingWebhookConfiguration')
      .filter((configuration) => hasMatchingRule(configuration, changed))
      .map((configuration) => `${describe(configuration)} may refuse ${written}; the sandbox runs no webhooks`),
    ...ofKind('APIService')
      .filter((service) => service['spec']?.service)
      .map((service) => `the sandbox lacks the aggregated API server of ${describe(service)}`),
    ...(customGroups.length > 0
      ? [`the sandbox has no custom resources and no controllers of these API groups: ${customGroups.join(', ')}`]
      : []),
  ].sort();
}

/** Returns the API group of an APIService. For the core group, `spec.group` is absent, and the result is empty. */
function groupOf(service: KubeObject): string {
  return String(service['spec']?.group ?? '');
}

/** Returns true if a rule of the configuration covers a resource in `writtenResources[changed]`. */
function hasMatchingRule(configuration: KubeObject, changed: Changed): boolean {
  const hooks = (configuration['webhooks'] ?? []) as Fields[];
  const rules = hooks.flatMap((hook) => (hook['rules'] ?? []) as Fields[]);
  return rules.some((rule) =>
    [...writtenResources[changed]].some(([group, resources]) => {
      const groups: string[] = rule['apiGroups'] ?? [];
      const patterns: string[] = rule['resources'] ?? [];
      return (
        (groups.includes('*') || groups.includes(group)) &&
        resources.some((resource) => patterns.some((pattern) => covers(pattern, resource)))
      );
    }),
  );
}

// The patterns in the field `resources` of a webhook rule (Rule, admissionregistration.k8s.io/v1):
// - `*` covers every resource, but no subresource.
// - `*/*` covers every resource and every subresource.
// - `pods` covers only the resource `pods`.
// - `pods/*` covers every subresource of `pods`.
// - `*/scale` covers the subresource `scale` of every resource.

/** Returns true if the pattern covers a resource such as `pods`, or a subresource such as `pods/binding`. */
function covers(pattern: string, resource: string): boolean {
  if (pattern === '*/*') return true;
  const [main, sub] = resource.split('/');
  const [mainPattern, subPattern] = pattern.split('/');
  if (mainPattern !== '*' && mainPattern !== main) return false;
  return sub === undefined ? subPattern === undefined : subPattern === '*' || subPattern === sub;
}

function describe(object: KubeObject): string {
  return describeRef(refOf(object));
}

import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** API groups that kube-apiserver serves itself. All other groups are custom resources or aggregated APIs. */
const builtIn = new Set([
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
 * The resources that a plan writes itself, or makes a controller write. The keys of the maps are API groups.
 * `workloads` is for plans that change a Deployment, `nodes` for plans that change a node.
 */
const writtenResources = {
  workloads: new Map([
    ['apps', ['deployments', 'deployments/scale', 'replicasets']],
    ['', ['pods', 'pods/binding']],
  ]),
  nodes: new Map([['', ['nodes']]]),
};

/**
 * Returns sentences about the parts of the cluster that could affect the plan and are not in the sandbox: webhooks for
 * the resources in `writtenResources`, aggregated API servers, and custom resources. The sentences are sorted and
 * contain no counts, so the same cluster gives the same sentences.
 * @param listed all webhook configurations and APIServices of the cluster.
 */
export function unknownsOf(listed: readonly KubeObject[], changed: keyof typeof writtenResources): string[] {
  const ofKind = (kind: string): KubeObject[] => listed.filter((object) => object.kind === kind);
  const custom = ofKind('APIService').filter((service) => !service['spec']?.service && !builtIn.has(groupOf(service)));
  const groups = [...new Set(custom.map((service) => groupOf(service)))].sort();
  return [
    ...ofKind('MutatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may change what the plan writes; the sandbox runs no webhooks`),
    ...ofKind('ValidatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may refuse what the plan writes; the sandbox runs no webhooks`),
    ...ofKind('APIService')
      .filter((service) => service['spec']?.service)
      .map((service) => `${name(service)} is served by an aggregated API server, which the sandbox does not contain`),
    ...(groups.length > 0
      ? [`the sandbox does not contain the custom resources of ${groups.join(', ')} and their controllers`]
      : []),
  ].sort();
}

/** Returns the API group of an APIService: an empty text for the core group, which has no field `group`. */
function groupOf(service: KubeObject): string {
  return String(service['spec']?.group ?? '');
}

/** Returns true if a rule of the webhook configuration covers a resource in `writtenResources[changed]`. */
function matches(configuration: KubeObject, changed: keyof typeof writtenResources): boolean {
  const hooks = (configuration['webhooks'] ?? []) as Fields[];
  const rules = hooks.flatMap((hook) => (hook['rules'] ?? []) as Fields[]);
  return rules.some((rule) =>
    [...writtenResources[changed]].some(([group, resources]) => {
      const groups: string[] = rule['apiGroups'] ?? [];
      const patterns: string[] = rule['resources'] ?? [];
      return (
        (groups.includes('*') || groups.includes(group)) &&
        resources.some((resource) => patterns.some((p) => covers(p, resource)))
      );
    }),
  );
}

/**
 * Returns true if a pattern of a webhook rule (field `resources` of Rule, admissionregistration.k8s.io/v1) covers a
 * resource such as `pods`, or a subresource such as `pods/binding`.
 * `*` and `pods` cover resources, `*\/*` covers resources and subresources, `pods/*` and `*\/scale` cover only
 * subresources.
 */
function covers(pattern: string, resource: string): boolean {
  if (pattern === '*/*') return true;
  const [main, sub] = resource.split('/');
  const [mainPattern, subPattern] = pattern.split('/');
  if (mainPattern !== '*' && mainPattern !== main) return false;
  return sub === undefined ? subPattern === undefined : subPattern === '*' || subPattern === sub;
}

function name(object: KubeObject): string {
  return describeRef(refOf(object));
}

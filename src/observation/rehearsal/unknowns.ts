import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** API groups that every Kubernetes API server serves itself (k8s.io/api). */
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

/** By what a plan changes: the resources, by API group, that the plan or controllers write because of it. */
const writtenResources = {
  workloads: new Map([
    ['apps', ['deployments', 'deployments/scale', 'replicasets']],
    ['', ['pods', 'pods/binding']],
  ]),
  nodes: new Map([['', ['nodes']]]),
};

/**
 * One sentence for each part of the cluster that the sandbox does not contain, although it could affect the plan: webhooks
 * that match what the plan writes, aggregated API servers, custom resources. Sorted and without counts, so the same
 * cluster gives the same sentences.
 */
export function unknownsOf(listed: readonly KubeObject[], changed: keyof typeof writtenResources): string[] {
  const of = (kind: string): KubeObject[] => listed.filter((object) => object.kind === kind);
  const custom = of('APIService').filter((service) => !service['spec']?.service && !builtIn.has(groupOf(service)));
  const groups = [...new Set(custom.map((service) => groupOf(service)))].sort();
  return [
    ...of('MutatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may change what the plan writes; the sandbox does not contain it`),
    ...of('ValidatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may refuse what the plan writes; the sandbox does not contain it`),
    ...of('APIService')
      .filter((service) => service['spec']?.service)
      .map((service) => `${name(service)} is served by an aggregated API server, which the sandbox does not contain`),
    ...(groups.length > 0
      ? [`the sandbox does not contain the custom resources of ${groups.join(', ')} and their controllers`]
      : []),
  ].sort();
}

/** Empty for the core group: its objects have no field `group`. */
function groupOf(service: KubeObject): string {
  return String(service['spec']?.group ?? '');
}

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

/** `*` and `pods` match resources, `*\/*` also subresources, `pods/*` and `*\/scale` only subresources (Rule.resources). */
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

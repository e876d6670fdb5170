import { describeRef, refOf, type KubeObject } from '../../domain/kubernetes/object.ts';

type Fields = Record<string, any>;

/** API groups that every Kubernetes API server serves itself (k8s.io/api). */
const builtIn = new Set([
  ...['', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'apps', 'autoscaling'],
  ...['authentication.k8s.io', 'authorization.k8s.io', 'batch', 'certificates.k8s.io', 'coordination.k8s.io'],
  ...['discovery.k8s.io', 'events.k8s.io', 'flowcontrol.apiserver.k8s.io', 'internal.apiserver.k8s.io'],
  ...['networking.k8s.io', 'node.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'resource.k8s.io'],
  ...['scheduling.k8s.io', 'storage.k8s.io', 'storagemigration.k8s.io'],
]);

/** Resources that a plan writes, or that controllers write because of it, by what it changes. */
const reached = {
  workloads: new Map([
    ['apps', ['deployments', 'deployments/scale', 'replicasets']],
    ['', ['pods', 'pods/binding']],
  ]),
  nodes: new Map([['', ['nodes']]]),
};

/**
 * Sentences about what the sandbox does not hold although it could act on the plan: webhooks that match what it writes,
 * API services of others, custom resources. Sorted and free of counts, so that the same cluster gives the same words.
 */
export function unknownsOf(listed: readonly KubeObject[], changed: keyof typeof reached): string[] {
  const of = (kind: string): KubeObject[] => listed.filter((object) => object.kind === kind);
  const custom = of('APIService').filter((service) => !service['spec']?.service && !builtIn.has(groupOf(service)));
  const groups = [...new Set(custom.map((service) => groupOf(service)))].sort();
  return [
    ...of('MutatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may change what is written here: it is not loaded`),
    ...of('ValidatingWebhookConfiguration')
      .filter((hook) => matches(hook, changed))
      .map((hook) => `${name(hook)} may refuse what is written here: it is not loaded`),
    ...of('APIService')
      .filter((service) => service['spec']?.service)
      .map((service) => `${name(service)} is answered by a server that is not loaded`),
    ...(groups.length > 0 ? [`custom resources of ${groups.join(', ')} and their controllers are not loaded`] : []),
  ].sort();
}

/** The core group has no name, and then no field. */
function groupOf(service: KubeObject): string {
  return String(service['spec']?.group ?? '');
}

function matches(configuration: KubeObject, changed: keyof typeof reached): boolean {
  const hooks = (configuration['webhooks'] ?? []) as Fields[];
  const rules = hooks.flatMap((hook) => (hook['rules'] ?? []) as Fields[]);
  return rules.some((rule) =>
    [...reached[changed]].some(([group, resources]) => {
      const groups: string[] = rule['apiGroups'] ?? [];
      const patterns: string[] = rule['resources'] ?? [];
      return (
        (groups.includes('*') || groups.includes(group)) &&
        resources.some((resource) => patterns.some((p) => covers(p, resource)))
      );
    }),
  );
}

/** `*` and `pods` are resources, `*\/*` also all subresources, `pods/*` and `*\/scale` only those (Rule.resources). */
function covers(pattern: string, resource: string): boolean {
  if (pattern === '*/*') return true;
  const [main, sub] = resource.split('/');
  const [wantedMain, wantedSub] = pattern.split('/');
  if (wantedMain !== '*' && wantedMain !== main) return false;
  return sub === undefined ? wantedSub === undefined : wantedSub === '*' || wantedSub === sub;
}

function name(object: KubeObject): string {
  return describeRef(refOf(object));
}

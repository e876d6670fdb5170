import { metadataPrefix } from '../../domain/names.ts';
import { restartedAt } from '../../domain/kubernetes/restarted-at.ts';

/** The annotation `restartedAt` is public only if its value matches this pattern. */
const timePattern = /^[-0-9T:.+Z]{20,40}$/;

/**
 * Prefixes of the keys of annotations that Airlock or Kubernetes itself reads (Kubernetes reference, "Well-Known
 * Labels, Annotations and Taints", v1.36). If a digest replaced the value of such an annotation, the API server could
 * refuse the object, or controllers could behave differently in the sandbox. Add-ons have other prefixes, such as
 * `nginx.ingress.kubernetes.io/`. The list does not contain these prefixes.
 */
const knownPrefixes: readonly string[] = [
  metadataPrefix,
  'kubernetes.io/',
  'deployment.kubernetes.io/',
  'controller.kubernetes.io/',
  'apps.kubernetes.io/',
  'batch.kubernetes.io/',
  'pv.kubernetes.io/',
  'volume.kubernetes.io/',
  'volume.beta.kubernetes.io/',
  'storageclass.kubernetes.io/',
  'storageclass.beta.kubernetes.io/',
  'scheduler.alpha.kubernetes.io/',
  'node.kubernetes.io/',
  'node.alpha.kubernetes.io/',
  'service.kubernetes.io/',
  'endpoints.kubernetes.io/',
  'endpointslice.kubernetes.io/',
  'rbac.authorization.kubernetes.io/',
  'pod-security.kubernetes.io/',
  'seccomp.security.alpha.kubernetes.io/',
  'container.apparmor.security.beta.kubernetes.io/',
];

/**
 * `kubectl --record` writes the whole command line into this annotation. The command line can contain a password, as
 * in `kubectl set env deployment/web PASSWORD=...`. So this annotation is never public.
 */
const changeCause = 'kubernetes.io/change-cause';
/** The longest public value, in characters. The annotations in `tolerationKeys` have no limit. */
const maxLength = 256;

/** Annotations of namespaces. Each value is a JSON list of tolerations, and is always public. */
const tolerationKeys: readonly string[] = [
  'scheduler.alpha.kubernetes.io/defaultTolerations',
  'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
];

/**
 * Returns true if an annotation is public. Redaction does not change public annotations. An annotation is public if
 * its key has a known prefix, and its value is short, has one line and contains no `{`. There are three exceptions:
 * - The annotations in `tolerationKeys` are always public.
 * - The annotation `restartedAt` is public if its value looks like a time. This time is part of the pod template. A
 *   rehearsal predicts the digest of the template. Without the time, this prediction could not come true.
 * - The annotation `changeCause` is never public.
 */
export function isPublicAnnotation(key: string, value: string): boolean {
  if (tolerationKeys.includes(key)) return true;
  if (key === restartedAt) return timePattern.test(value);
  if (key === changeCause || !knownPrefixes.some((prefix) => key.startsWith(prefix))) return false;
  return value.length <= maxLength && !/[{\n]/.test(value);
}

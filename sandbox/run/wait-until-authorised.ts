import type { PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import { waitFor } from '../../src/platform/wait-for.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';

const deadlineMs = 2_000;
const pollMs = 10;

/**
 * Waits at most 2 s until the API server's RBAC authorizer knows the rules of a new identity. The authorizer learns
 * about new rules through a watch, a moment after their creation. If a permission is still missing after 2 s, the API
 * server will refuse the step that needs this permission.
 */
export async function waitUntilAuthorised(
  admin: AdminApi,
  identity: { username: string; namespace: string | undefined; rules: readonly PolicyRule[] },
): Promise<void> {
  const reviews = identity.rules.flatMap(({ apiGroups: [group], resources: [path = ''], resourceNames, verbs }) => {
    const [resource, subresource] = path.split('/');
    return resourceNames.flatMap((name) =>
      verbs.map((verb) => ({ namespace: identity.namespace, group, resource, subresource, name, verb })),
    );
  });
  const wait = {
    what: `the RBAC rules of ${identity.username}`,
    every: pollMs,
    within: deadlineMs,
    otherwise: () => false,
  };
  await waitFor(wait, async () => {
    const answers = await Promise.all(reviews.map((attributes) => isAllowed(admin, identity.username, attributes)));
    return answers.every(Boolean);
  });
}

async function isAllowed(admin: AdminApi, user: string, resourceAttributes: object): Promise<boolean> {
  const review = await admin.call({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: { user, resourceAttributes } },
  });
  return review.status.allowed === true;
}

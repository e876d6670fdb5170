import { setTimeout as sleep } from 'node:timers/promises';
import type { PolicyRule } from '../../src/domain/policy/policy-rule.ts';
import type { AdminApi } from '../control-plane/admin-api.ts';

const deadlineMs = 2_000;
const pollMs = 10;

/**
 * Waits until the API server's authorizer knows a new identity's rules (it learns of them by a watch), at most 2 s.
 * A right that is missing even then is found by the step itself, in the API server's own words.
 */
export async function authorised(
  admin: AdminApi,
  who: { username: string; namespace: string | undefined; rules: readonly PolicyRule[] },
): Promise<void> {
  const end = performance.now() + deadlineMs;
  const reviews = who.rules.flatMap(({ apiGroups: [group], resources: [name = ''], resourceNames, verbs }) => {
    const [resource, subresource] = name.split('/');
    return resourceNames.flatMap((object) =>
      verbs.map((verb) => ({ namespace: who.namespace, group, resource, subresource, name: object, verb })),
    );
  });
  while (performance.now() < end) {
    const answers = await Promise.all(reviews.map((attributes) => ask(admin, who.username, attributes)));
    if (answers.every(Boolean)) return;
    await sleep(pollMs);
  }
}

async function ask(admin: AdminApi, user: string, resourceAttributes: object): Promise<boolean> {
  const review = await admin.must({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    body: { spec: { user, resourceAttributes } },
  });
  return review.status.allowed === true;
}

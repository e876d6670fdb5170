import { z } from 'zod';

/**
 * One RBAC rule of a grant (the temporary credential of one execution). The Kubernetes API calls this type PolicyRule.
 * Airlock's own policy has nothing to do with this type. `resourceNames` names every object that the rule covers.
 */
export const policyRuleSchema = z.strictObject({
  apiGroups: z.array(z.string()).length(1),
  resources: z.array(z.string()).length(1),
  resourceNames: z.array(z.string()).min(1),
  verbs: z.array(z.enum(['get', 'patch'])).min(1),
});
export type PolicyRule = z.infer<typeof policyRuleSchema>;

/** Returns the text of a rule for approvers, such as `get,patch deployments.apps web`. */
export function describeRule(rule: PolicyRule): string {
  const group = rule.apiGroups[0] ? `.${rule.apiGroups[0]}` : '';
  return `${rule.verbs.join(',')} ${rule.resources[0]}${group} ${rule.resourceNames.join(',')}`;
}

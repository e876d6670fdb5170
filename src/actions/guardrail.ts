/** A CEL expression that must be true, and the message for the caller whose request is refused. */
export interface Validation {
  expression: string;
  message: string;
}

/** The settings of a cluster's administrator that guardrails of actions use. */
export interface ActionLimits {
  /** Keys, or prefixes that end in `/`, of the pod template's labels that `undo-rollout` may restore. */
  undoTemplateLabels: readonly string[];
  /** The same for the template's annotations. */
  undoTemplateAnnotations: readonly string[];
  /** Names of nodes, in which `*` matches any characters. */
  allowedNodes: readonly string[];
}

/**
 * What admission at the target lets an identity write that was minted for one action: RBAC limits objects and verbs, never
 * fields. The expressions may use `variables.action` (the action in the identity's name) and `variables.write` (operation,
 * group, resource and subresource, such as `UPDATE apps/deployments/scale`); they must be true for every other action.
 */
export interface ActionGuardrail {
  /** CEL variables of these validations, by name. The API server evaluates a variable only where it is used. */
  variables?: Record<string, string>;
  /** Part of the admission policy `airlock-identities`, which has no parameters. */
  validations: readonly Validation[];
  /** Part of `airlock-limits`, where `params.data` is the administrator's ConfigMap. `variables.action` is not available. */
  limits?: readonly Validation[];
}

/** CEL: every condition holds. */
export function all(conditions: readonly string[]): string {
  return conditions.join(' && ');
}

/** CEL: these fields of two objects are equal, or missing in both. */
export function same(object: string, old: string, fields: readonly string[]): string {
  return all(fields.map((field) => `${object}.?${field} == ${old}.?${field}`));
}

/** CEL: in the map `field`, only keys that are listed (or begin with a listed `.../`) differ. */
export function sameKeys(path: string, field: string, listed: readonly string[]): string {
  const [now, before] = ['object', 'oldObject'].map((object) => `${object}.${path}.?${field}.orValue({})`);
  const free = listed.map((key) => (key.endsWith('/') ? `k.startsWith(${celString(key)})` : `k == ${celString(key)}`));
  const changed = (test: string) => [...free, test].join(' || ');
  return `${now}.all(k, ${changed(`${before}[?k] == ${now}[?k]`)}) && ${before}.all(k, ${changed(`k in ${now}`)})`;
}

/** A CEL string. @throws RangeError for a text with a quote, a backslash or a line break, which could end the string. */
export function celString(text: string): string {
  if (/['\\\n]/.test(text)) throw new RangeError(`${JSON.stringify(text)} must not be part of a CEL string`);
  return `'${text}'`;
}

/** A CEL list of strings. */
export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}

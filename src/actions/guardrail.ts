/**
 * A validation of an admission policy: a CEL expression that must be true, and the message for the caller if the
 * expression is false.
 */
export interface Validation {
  expression: string;
  message: string;
}

/** The settings by which a cluster's administrator limits the actions. */
export interface ActionLimits {
  /** The labels of a pod template that `undo-rollout` may restore: keys, or prefixes that end in `/`. */
  undoTemplateLabels: readonly string[];
  /** The annotations of a pod template that `undo-rollout` may restore: keys, or prefixes that end in `/`. */
  undoTemplateAnnotations: readonly string[];
  /** The nodes that actions may change: names, in which `*` matches any characters. */
  allowedNodes: readonly string[];
}

/**
 * The admission rules for one action. Vault creates an identity (a ServiceAccount) for each execution, and the target
 * cluster enforces these rules on that identity. RBAC limits objects and verbs but not fields, so these rules limit the
 * fields. The expressions may use two variables. `variables.action` is the action in the identity's name.
 * `variables.write` is operation, group, resource and subresource, such as `UPDATE apps/deployments/scale`. All actions
 * share one policy. So each expression must be true if `variables.action` is another action.
 */
export interface ActionGuardrail {
  /**
   * CEL variables that these validations use, by name. The API server evaluates a variable only if an expression uses
   * it.
   */
  variables?: Record<string, string>;
  /** Validations of the admission policy `airlock-identities`, which has no parameters. */
  validations: readonly Validation[];
  /**
   * Validations of the admission policy `airlock-limits`. In it, `params.data` is the data of the administrator's
   * ConfigMap, and `variables.action` is not available.
   */
  limits?: readonly Validation[];
}

/** Returns a CEL expression that is true if every condition is true. */
export function allOf(conditions: readonly string[]): string {
  return conditions.join(' && ');
}

/** Returns a CEL expression that is true if each of these fields is equal in both objects, or missing in both. */
export function sameFields(object: string, oldObject: string, fields: readonly string[]): string {
  return allOf(fields.map((field) => `${object}.?${field} == ${oldObject}.?${field}`));
}

/**
 * Returns a CEL expression that is true if the map `field` is the same in `object` and `oldObject`, except for the keys
 * in `except`. An item of `except` that ends in `/` means all keys that begin with this item.
 * @param path path of the object that has the map.
 */
export function sameEntriesExcept(path: string, field: string, except: readonly string[]): string {
  const [map, oldMap] = ['object', 'oldObject'].map((object) => `${object}.${path}.?${field}.orValue({})`);
  const isExcepted = except.map((key) =>
    key.endsWith('/') ? `k.startsWith(${celString(key)})` : `k == ${celString(key)}`,
  );
  const unless = (test: string) => [...isExcepted, test].join(' || ');
  return `${map}.all(k, ${unless(`${oldMap}[?k] == ${map}[?k]`)}) && ${oldMap}.all(k, ${unless(`k in ${map}`)})`;
}

/**
 * Returns a CEL string literal.
 * @throws RangeError if the text has a quote, a backslash or a line break: such a character could end the literal.
 */
export function celString(text: string): string {
  if (/['\\\n]/.test(text)) throw new RangeError(`${JSON.stringify(text)} must not be part of a CEL string`);
  return `'${text}'`;
}

/** Returns a CEL list of string literals. */
export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}

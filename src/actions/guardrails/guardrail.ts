/**
 * One validation of a ValidatingAdmissionPolicy: a CEL expression and a message. If the expression is false, the API
 * server refuses the request with the message.
 */
export interface Validation {
  expression: string;
  message: string;
}

/** The limits that the administrator of a target cluster sets for the actions. */
export interface ActionLimits {
  /**
   * Labels that `undo-rollout` may restore in a pod template. Each item is a key such as `release`, or a prefix of keys
   * such as `helm.sh/`. Only a prefix ends in `/`.
   */
  undoTemplateLabels: readonly string[];
  /** Annotations that `undo-rollout` may restore in a pod template: keys, and prefixes that end in `/`. */
  undoTemplateAnnotations: readonly string[];
  /** Names of the nodes that actions may change. `*` in a name matches any number of characters. */
  allowedNodes: readonly string[];
}

/**
 * The admission rules for one action. For each execution, Vault creates an identity: a ServiceAccount in the target.
 * The name of the ServiceAccount contains the action. The API server of the target applies the rules to the requests of
 * this identity. RBAC limits objects and verbs but not fields. These rules limit the fields.
 *
 * An admission policy contains the rules of all actions. So each expression must be true for the requests of every
 * other action.
 */
export interface ActionGuardrail {
  /**
   * CEL expressions by name. An expression in `validations` reads the variable `x` as `variables.x`. No two actions may
   * use the same name, because one policy contains the variables of all actions.
   */
  variables?: Record<string, string>;
  /**
   * Validations of the admission policy `airlock-identities`. The expressions may also use two common variables:
   * - `variables.action`: the action in the identity's name.
   * - `variables.write`: operation, group, resource and subresource of the request, such as
   *   `UPDATE apps/deployments/scale`. Without a subresource: `UPDATE apps/deployments/`.
   */
  validations: readonly Validation[];
  /**
   * Validations of the admission policy `airlock-limits`. The expressions may use only the variable `write`, and
   * `params.data`: the data of the ConfigMap `airlock-limits`, which the administrator can change.
   */
  limits?: readonly Validation[];
  /** All fields that these rules let the action change. The API server refuses or ignores any other change. */
  openFields: readonly OpenField[];
}

/** A field that the guardrails let an action or an installed ServiceAccount set. docs/guardrails.md lists all. */
export interface OpenField {
  /** Path in the object, such as `spec.template.spec.containers[].args`. */
  field: string;
  /** What the guardrails demand of the value. Undefined if they allow every value. */
  limit?: string;
  /** Why the allowed values do no harm. */
  harmless: string;
}

/** Returns a CEL expression that is true if every condition is true. */
export function allOf(conditions: readonly string[]): string {
  return conditions.join(' && ');
}

/**
 * Returns a CEL expression that compares two objects. The expression is true if each of the fields has the same value
 * in both objects or is missing in both objects.
 * @param object CEL path of the first object, such as `object.spec`.
 * @param oldObject CEL path of the second object, such as `oldObject.spec`.
 */
export function sameFields(object: string, oldObject: string, fields: readonly string[]): string {
  return allOf(fields.map((field) => `${object}.?${field} == ${oldObject}.?${field}`));
}

/**
 * Returns a CEL expression that compares a map, such as `labels`, in `object` and `oldObject`. The expression is true
 * if both maps have the same entries. Entries with a key in `except` may differ.
 * @param path CEL path of the map's parent, without `object`. Example: `spec.template.?metadata`.
 * @param except keys, and prefixes of keys. Only a prefix ends in `/`.
 */
export function sameEntriesExcept(path: string, field: string, except: readonly string[]): string {
  const [map, oldMap] = ['object', 'oldObject'].map((object) => `${object}.${path}.?${field}.orValue({})`);
  const exceptions = except.map((key) =>
    key.endsWith('/') ? `k.startsWith(${celString(key)})` : `k == ${celString(key)}`,
  );
  const isExceptionOr = (test: string) => [...exceptions, test].join(' || ');
  const noneAddedOrChanged = `${map}.all(k, ${isExceptionOr(`${oldMap}[?k] == ${map}[?k]`)})`;
  const noneRemoved = `${oldMap}.all(k, ${isExceptionOr(`k in ${map}`)})`;
  return allOf([noneAddedOrChanged, noneRemoved]);
}

/**
 * Returns a CEL string literal.
 * @throws RangeError if the text contains a single quote, a backslash or a newline: such a text could end the literal
 * early.
 */
export function celString(text: string): string {
  if (/['\\\n]/.test(text))
    throw new RangeError(
      `${JSON.stringify(text)} contains a quote, backslash or newline, so it cannot be a CEL string`,
    );
  return `'${text}'`;
}

/** Returns a CEL list of string literals. */
export function celList(texts: readonly string[]): string {
  return `[${texts.map(celString).join(', ')}]`;
}

/** One rule of a Vault policy (see "Policies", "Parameter constraints" in the documentation of Vault). */
export interface PathRule {
  /** A path. A `*` at the end matches any rest. */
  path: string;
  capabilities: readonly ('create' | 'update' | 'read' | 'delete' | 'list' | 'sudo')[];
  /**
   * The accepted values of each accepted parameter. An empty list means every value. Without `allowed`, Vault accepts
   * every parameter that is not in `denied`.
   */
  allowed?: Record<string, readonly (string | boolean)[]>;
  /** Parameters that Vault refuses, whatever their value. */
  denied?: readonly string[];
  /**
   * Parameters that each request to create or update must have. Vault demands them for reads too, so do not combine
   * `required` with the capability `read`.
   */
  required?: readonly string[];
}

/** Renders the text of a Vault policy. Vault denies every request for which there is no rule. */
export function policyText(rules: readonly PathRule[]): string {
  return rules.map(stanza).join('\n');
}

function stanza({ path, capabilities, allowed, denied, required }: PathRule): string {
  const lines = [
    `  capabilities = ${JSON.stringify(capabilities)}`,
    ...(required ? [`  required_parameters = ${JSON.stringify(required)}`] : []),
    ...(allowed ? [`  allowed_parameters = ${hclMap(allowed)}`] : []),
    ...(denied ? [`  denied_parameters = ${hclMap(Object.fromEntries(denied.map((name) => [name, []])))}`] : []),
  ];
  return `path ${JSON.stringify(path)} {\n${lines.join('\n')}\n}\n`;
}

function hclMap(values: Record<string, readonly unknown[]>): string {
  const rows = Object.entries(values).map(([name, list]) => `    ${JSON.stringify(name)} = ${JSON.stringify(list)}`);
  return `{\n${rows.join('\n')}\n  }`;
}

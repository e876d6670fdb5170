/**
 * One path of a Vault policy, with constraints on the parameters of requests (Vault documentation, "Policies",
 * "Parameter constraints").
 */
export interface PathRule {
  path: string;
  capabilities: readonly ('create' | 'update' | 'read' | 'delete' | 'list' | 'sudo')[];
  /** If given, Vault accepts only these parameters, with these values. An empty list accepts every value. */
  allowed?: Record<string, readonly (string | boolean)[]>;
  /** These parameters are refused with any value. */
  denied?: readonly string[];
  /**
   * These parameters are mandatory. Vault demands them for reads too, so a rule with the capability `read` must not
   * have any.
   */
  required?: readonly string[];
}

/** Renders the text of a Vault policy. Vault denies every path that has no rule. */
export function policyText(rules: readonly PathRule[]): string {
  return rules.map(stanza).join('\n');
}

function stanza({ path, capabilities, allowed, denied, required }: PathRule): string {
  const lines = [
    `  capabilities = ${JSON.stringify(capabilities)}`,
    ...(required ? [`  required_parameters = ${JSON.stringify(required)}`] : []),
    ...(allowed ? [`  allowed_parameters = ${table(allowed)}`] : []),
    ...(denied ? [`  denied_parameters = ${table(Object.fromEntries(denied.map((name) => [name, []])))}`] : []),
  ];
  return `path ${JSON.stringify(path)} {\n${lines.join('\n')}\n}\n`;
}

function table(values: Record<string, readonly unknown[]>): string {
  const rows = Object.entries(values).map(([name, list]) => `    ${JSON.stringify(name)} = ${JSON.stringify(list)}`);
  return `{\n${rows.join('\n')}\n  }`;
}

/** What a path of a Vault policy allows, and with which parameters (Vault's "policies" page, parameter constraints). */
export interface PathRule {
  path: string;
  capabilities: readonly ('create' | 'update' | 'read' | 'delete' | 'list' | 'sudo')[];
  /** Only these parameters; an empty list of values allows every value. */
  allowed?: Record<string, readonly (string | boolean)[]>;
  /** These parameters never, whatever their value. */
  denied?: readonly string[];
  /** Never without these. Vault asks for them on reads too, so they never stand beside `read`. */
  required?: readonly string[];
}

/** Renders rules to the text of a Vault policy. What no rule names is denied. */
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

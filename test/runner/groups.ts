/**
 * Words that stand for several test files: the path of each file, or the folder of the files. `security`: the attacks on
 * the promises of SECURITY.md. The files outside `test/security` need the environment of the tests beside them.
 */
export const groups: Readonly<Record<string, readonly string[]>> = {
  security: [
    'test/security/',
    // Minted identities, and every field that a guardrail leaves open.
    'test/guardrails/guardrails.test.ts',
    // Floods: tables of 140,000 rows, and deliveries that fail again and again.
    'test/governance/large-tables.test.ts',
    'test/governance/outsiders-tables.test.ts',
    'test/workflow/parking.test.ts',
    // Secrets in texts, in digests and in spans.
    'src/lib/secrets/',
    'src/observation/snapshot/redact.test.ts',
    'src/adapters/opentelemetry/tracing.test.ts',
    // Environment, addresses, and folders of other users.
    'src/server/clean-environment.test.ts',
    'src/platform/http/endpoint.test.ts',
    'test/stack/trusted-folder.test.ts',
    // Hostile proxy, search for credentials, rogue workflows and forged decisions on a running stack.
    'test/loop/loop.test.ts',
    // Approvers below the floor, locks and large objects of the database, invisible characters, the end of an undo.
    'src/domain/policy/verdict-floor.test.ts',
    'test/governance/migrate.test.ts',
    'test/governance/postgres.test.ts',
    'src/lib/escape-for-terminal.test.ts',
    'src/adapters/kubernetes/refusal.test.ts',
    'test/execution/undo.test.ts',
    // ReplicaSets that a person made, and bearer tokens.
    'src/reasoning/view/view.test.ts',
    'test/observation/observation.test.ts',
    'test/api/named-tokens.test.ts',
  ],
};

/** Replaces each word that stands for several files by these files. */
export function expandGroups(words: readonly string[]): string[] {
  return words.flatMap((word) => groups[word] ?? [word]);
}

import { join } from 'node:path';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { policyFolders } from '../../src/domain/policy/policy-folders.ts';
import { createProgress } from '../../stack/progress.ts';
import { runChild, type Ended } from './child.ts';
import { timed, type Outcome } from './outcome.ts';

/** Context of a stage. */
export interface StageContext {
  checkout: string;
  stop: AbortSignal;
}

/** A check that `npm test` runs before the test files. */
export interface Stage {
  name: string;
  run(context: StageContext): Promise<Outcome>;
}

type Result = Omit<Outcome, 'seconds' | 'name'>;

const cache = 'node_modules/.cache/airlock';
const formatted = '**/*.{ts,mjs,js,json,yml}';

/** The stages in order: quick ones that fail often come first. */
export const stages: readonly Stage[] = [
  script('format', [
    'node_modules/prettier/bin/prettier.cjs',
    '--check',
    '--cache',
    '--cache-strategy',
    'content',
    '--cache-location',
    `${cache}/prettier`,
    '--log-level',
    'warn',
    formatted,
    'playbooks',
  ]),
  // Without a cache: rules that read types depend on more than the file that they check.
  script('lint', ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']),
  script('unused', ['node_modules/knip/bin/knip.js']),
  script('types', [
    'node_modules/typescript/bin/tsc',
    '--noEmit',
    '--pretty',
    'false',
    '--incremental',
    '--tsBuildInfoFile',
    `${cache}/types.tsbuildinfo`,
  ]),
  stage('playbooks', async ({ checkout }) => {
    // Imported here, so that a file that does not load fails this stage and not the whole run.
    const { runPlaybookTests } = await import('../../src/reasoning/playbooks/playbook-tests.ts');
    const { passed, failures } = await runPlaybookTests(join(checkout, 'playbooks'));
    return { passed: passed.length, failed: failures.length, skipped: [], problems: failures };
  }),
  stage('toolchain', async () => {
    await toolchain();
    return { passed: 1, failed: 0, skipped: [], problems: [] };
  }),
  stage('policies', async (context) => {
    return policyTests(await child(context, (await toolchain()).program('opa'), opaArguments));
  }),
];

/** Finds or builds the toolchain. A build takes minutes, so it is a stage of its own, without a deadline. */
async function toolchain(): Promise<Toolchain> {
  const progress = createProgress();
  try {
    return await ensureToolchain(progress);
  } finally {
    progress.done();
  }
}

function stage(name: string, run: (context: StageContext) => Promise<Result>): Stage {
  return { name, run: async (context) => ({ name, ...(await timed(() => run(context))) }) };
}

function script(name: string, args: string[]): Stage {
  return stage(name, async (context) => {
    const ended = await child(context, process.execPath, args);
    if (ended.ok) return { passed: 1, failed: 0, skipped: [], problems: [] };
    return failure([`${name}:`, ended.output.trimEnd(), ...ended.problems].join('\n'));
  });
}

function child({ checkout, stop }: StageContext, command: string, args: string[]): Promise<Ended> {
  return runChild({ command, args, cwd: checkout, deadlineSeconds: 180, stop });
}

function failure(problem: string): Result {
  return { passed: 0, failed: 1, skipped: [], problems: [problem] };
}

const opaArguments = ['test', '--format', 'json', '--timeout', '30s', ...policyFolders('.')];

function policyTests(ended: Ended): Result {
  const results = parseOpa(ended.stdout);
  if (results.length === 0) return failure(`policies: no test ran\n${ended.output}`);
  const named = results.map((result) => ({ ...result, title: `policies > ${result.package}.${result.name}` }));
  // OPA skips a test whose name starts with `todo_`. That gives no reason, so it counts as a failure.
  const bad = named.filter(({ fail, error, skip }) => fail || error || skip);
  const problems = bad.map(({ title, location, error }) => {
    return `${title} (${location.file}:${String(location.row)}) ${error ? JSON.stringify(error) : 'failed'}`;
  });
  return { passed: named.length - bad.length, failed: bad.length, skipped: [], problems };
}

interface OpaResult {
  package: string;
  name: string;
  location: { file: string; row: number };
  fail?: boolean;
  skip?: boolean;
  error?: unknown;
}

function parseOpa(stdout: string): OpaResult[] {
  return stdout.trimStart().startsWith('[') ? (JSON.parse(stdout) as OpaResult[]) : [];
}

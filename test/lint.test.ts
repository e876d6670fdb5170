import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { ESLint } from 'eslint';

const checkout = join(import.meta.dirname, '..');
const boundaries = 'airlock/boundaries';
const typed = ['await-thenable', 'no-floating-promises', 'no-misused-promises', 'switch-exhaustiveness-check'];

// Rules that need types need a file of the project; all others are tried on paths that do not exist.
const withoutTypes: ESLint.Options['overrideConfig'] = {
  files: ['**/*.ts'],
  languageOptions: { parserOptions: { projectService: false } },
  rules: Object.fromEntries(typed.map((rule) => [`@typescript-eslint/${rule}`, 'off'])),
};

describe('lint', () => {
  let plain: ESLint;
  let full: ESLint;
  before(() => {
    plain = new ESLint({ cwd: checkout, overrideConfig: withoutTypes });
    full = new ESLint({ cwd: checkout });
  });

  /** Findings for a file with this text at this path, which need not exist unless `eslint` reads types. */
  async function findings(path: string, text: string, eslint = plain): Promise<{ rule: string; message: string }[]> {
    const [result] = await eslint.lintText(text, { filePath: join(checkout, path) });
    return (result?.messages ?? []).map(({ ruleId, message }) => ({ rule: ruleId ?? 'parse', message }));
  }

  const allowed: [string, string][] = [
    ['src/lib/x.ts', `import { base64 } from '@scure/base';\nimport './json/json.ts';\nexport const y = base64;`],
    ['src/tlog/x.ts', `import '../lib/digest.ts';\nimport '@noble/hashes/sha2.js';`],
    ['src/domain/x.ts', `import '../lib/json/json.ts';\nimport '../tlog/merkle.ts';`],
    ['src/platform/x.ts', `import 'undici';\nimport 'node:fs';\nimport '../lib/error.ts';`],
    ['src/server/x.ts', `import './config.ts';\nimport '../adapters/postgres/pool.ts';`],
    ['src/cli/commands/x.ts', `import '../../../stack/up.ts';\nimport '../render/failure.ts';`],
    ['src/api/x.ts', `import '../tlog/merkle.ts';\nimport '../platform/secret.ts';`],
    ['clusters/x.ts', `import '../src/actions/rbac.ts';\nimport '../src/platform/secret.ts';`],
    ['sandbox/x.ts', `import '../src/steps/settle.ts';\nimport '../src/platform/secret.ts';`],
    ['src/domain/x.ts', `import { z } from 'zod';\nimport './plan/plan.ts';\nexport const y = z;`],
    ['src/actions/x.ts', `import '../domain/plan/plan.ts';`],
    ['src/steps/x.ts', `import '../actions/registry.ts';`],
    ['src/observation/deep/x.ts', `import 'node:crypto';\nimport '../../steps/settle.ts';\nimport '../ports.ts';`],
    ['src/reasoning/x.ts', `import '@marcbachmann/cel-js';\nimport '../platform/logger.ts';`],
    ['src/reasoning/activities.ts', `import '@temporalio/activity';\nimport '../platform/activity-failure.ts';`],
    [
      'workflows/x.ts',
      `import type { A } from '../src/execution/contract.ts';\nimport '@temporalio/workflow';\nexport type B = A;`,
    ],
    [
      'src/adapters/postgres/x.ts',
      `import 'pg';\nimport type { A } from '../../execution/ports.ts';\nexport type B = A;`,
    ],
    ['workflows/messages.ts', `import '@temporalio/workflow';\nimport '../src/domain/names.ts';`],
    ['src/server/phases-file.ts', `import 'node:fs';\nimport '../domain/names.ts';\nimport '../platform/secret.ts';`],
    ['src/adapters/temporal/x.ts', `import '../../../workflows/messages.ts';`],
    [
      'stack/x.ts',
      `import '../sandbox/control-plane/control-plane.ts';\nimport '../clusters/guardrails/install/install.ts';`,
    ],
    ['src/cli/x.ts', `import '../../workflows/messages.ts';\nconsole.log('for people');`],
    ['src/server/x.ts', `import '../execution/execute.ts';\nimport '../../clusters/vault/set-up.ts';`],
    ['src/domain/x.test.ts', `import 'node:test';\nimport '../../test/objects.ts';`],
  ];
  for (const [path, text] of allowed) {
    test(`accepts ${path}: ${text.split('\n')[0]}`, async () => assert.deepEqual(await findings(path, text), []));
  }

  const refusedImports: [string, string, RegExp][] = [
    ['src/lib/x.ts', `import '../domain/names.ts';`, /does not list domain/],
    ['src/lib/x.ts', `import 'node:crypto';`, /lib must not import "node:crypto"/],
    ['src/lib/x.ts', `import '../tlog/merkle.ts';`, /does not list tlog/],
    ['src/tlog/x.ts', `import '../domain/names.ts';`, /does not list domain/],
    ['src/tlog/x.ts', `import '../platform/secret.ts';`, /does not list platform/],
    ['src/platform/x.ts', `import '../domain/names.ts';`, /does not list domain/],
    ['src/platform/x.ts', `import '../tlog/merkle.ts';`, /does not list tlog/],
    ['src/platform/x.ts', `import '@temporalio/client';`, /does not list this package/],
    ['src/server/config.ts', `import '../execution/execute.ts';`, /does not list execution/],
    ['src/server/phases-file.ts', `import '../execution/execute.ts';`, /does not list execution/],
    ['src/server/phases-file.ts', `import 'zod';`, /does not list this package/],
    ['src/api/x.ts', `import '../server/serve.ts';`, /entry point, which only entry points and tests may/],
    ['src/cli/x.ts', `import './commands/status.ts';`, /entry point, which only entry points and tests may/],
    ['clusters/x.ts', `import '../sandbox/rehearse.ts';`, /does not list sandbox/],
    ['stack/x.ts', `import '../src/cli/api/api-client.ts';`, /does not list cli/],
    ['workflows/x.ts', `import '../src/platform/secret.ts';`, /does not list platform/],
    ...['observation', 'reasoning', 'governance', 'execution'].map((plane): [string, string, RegExp] => [
      `src/${plane}/x.ts`,
      `import '@opentelemetry/api';`,
      /does not list this package/,
    ]),
    ['src/platform/logger.ts', `import '@opentelemetry/sdk-trace';`, /platform must not import/],
    ['src/domain/x.ts', `import 'node:crypto';`, /domain must not import "node:crypto"/],
    ['src/domain/x.ts', `import 'pino';`, /domain must not import "pino"/],
    ['src/domain/x.ts', `import '../actions/rbac.ts';`, /does not list actions/],
    ['src/domain/x.ts', `import type { A } from '../steps/settle.ts';\nexport type B = A;`, /does not list steps/],
    ['src/domain/x.ts', `export * from '../platform/secret.ts';`, /does not list platform/],
    ['src/domain/x.ts', `export const f = () => import('../actions/rbac.ts');`, /does not list actions/],
    ['src/domain/x.ts', `export type T = import('../actions/action.ts').StepReference;`, /does not list actions/],
    ['src/actions/x.ts', `import '../steps/settle.ts';`, /does not list steps/],
    ['src/actions/x.ts', `import 'node:fs';`, /actions must not import "node:fs"/],
    ['src/steps/x.ts', `import '@kubernetes/client-node';`, /steps must not import/],
    ['src/steps/x.ts', `import '../adapters/kubernetes/api.ts';`, /does not list adapters\/kubernetes/],
    [
      'workflows/x.ts',
      `import { a } from '../src/execution/contract.ts';\nexport const b = a;`,
      /may import only types of execution: write "import type"/,
    ],
    [
      'workflows/messages.ts',
      `import type { A } from '../src/execution/contract.ts';\nexport type B = A;`,
      /does not list execution/,
    ],
    ['workflows/messages.ts', `import 'node:crypto';`, /messages must not import "node:crypto"/],
    ['workflows/x.ts', `import 'node:crypto';`, /workflows must not import "node:crypto"/],
    ['workflows/x.ts', `import '../src/actions/rbac.ts';`, /does not list actions/],
    ['src/reasoning/x.ts', `import '../observation/contract.ts';`, /does not list observation/],
    [
      'src/reasoning/x.ts',
      `import type { A } from '../execution/contract.ts';\nexport type B = A;`,
      /does not list execution/,
    ],
    ['src/reasoning/x.ts', `import '../steps/settle.ts';`, /does not list steps/],
    ['src/reasoning/x.ts', `import '../adapters/postgres/pool.ts';`, /does not list adapters\/postgres/],
    ['src/reasoning/x.ts', `import '@temporalio/activity';`, /only a file named activities.ts or .* may/],
    ['src/reasoning/plan.ts', `import '../platform/activity-failure.ts';`, /only a file named activities.ts or .* may/],
    ['src/governance/x.ts', `import '../../clusters/vault/set-up.ts';`, /does not list clusters/],
    ['src/execution/x.ts', `import '../../sandbox/control-plane/control-plane.ts';`, /does not list sandbox/],
    ['src/execution/activities.ts', `import '@temporalio/client';`, /does not list this package/],
    ['src/adapters/postgres/x.ts', `import '../oidc/discover.ts';`, /does not list adapters\/oidc/],
    [
      'src/adapters/postgres/x.ts',
      `import { a } from '../../execution/ports.ts';\nexport const b = a;`,
      /only types of/,
    ],
    ['src/adapters/postgres/x.ts', `import '../../../workflows/messages.ts';`, /does not list messages/],
    ['clusters/x.ts', `import '../src/adapters/kubernetes/api.ts';`, /does not list adapters\/kubernetes/],
    ['sandbox/x.ts', `import 'node-vault';`, /sandbox must not import "node-vault"/],
    ['sandbox/x.ts', `import '@temporalio/client';`, /sandbox must not import/],
    ['sandbox/x.ts', `import '../src/execution/execute.ts';`, /does not list execution/],
    ['src/observation/x.ts', `import '../../stack/state/state.ts';`, /does not list stack/],
    [
      'src/main.ts',
      `import '../stack/shop/workloads.ts';`,
      /Infer the behaviour of containers from objects and events, never from fixtures/,
    ],
    ['stack/x.ts', `import '../src/governance/dossier/judge.ts';`, /does not list governance/],
    ['stack/x.ts', `import '../workflows/messages.ts';`, /does not list messages/],
    ['src/api/x.ts', `import '../../clusters/vault/set-up.ts';`, /does not list clusters/],
    ['src/cli/x.ts', `import '../server/run-process.ts';`, /entry point, which only entry points and tests may/],
    ['src/domain/x.ts', `import '../nowhere/y.ts';`, /belongs to no area: add a row to the table/],
  ];
  for (const [path, text, expected] of refusedImports) {
    test(`refuses ${path}: ${text.split('\n')[0]}`, async () => {
      const said = (await findings(path, text)).filter(
        ({ rule }) => rule === boundaries || rule === 'no-restricted-imports',
      );
      assert.match(said.map(({ message }) => message).join('\n'), expected);
    });
  }
  test('every file that these cases import exists', () => {
    const missing = [...allowed, ...refusedImports].flatMap(([path, text]) =>
      [...text.matchAll(/'(\.{1,2}\/[^']+)'/g)]
        .map(([, source = '']) => join(dirname(path), source))
        .filter((file) => !existsSync(join(checkout, file))),
    );
    assert.deepEqual(missing, ['src/nowhere/y.ts']);
  });
  test('names a section of ARCHITECTURE.md that exists', async () => {
    const [refused] = await findings('src/domain/x.ts', `import 'node:crypto';`);
    const section = /\(ARCHITECTURE, "(.+)"\)/.exec(refused?.message ?? '')?.[1] ?? assert.fail('names no section');
    assert.match(await readFile(join(checkout, 'ARCHITECTURE.md'), 'utf8'), new RegExp(`^#+ ${section}$`, 'm'));
  });
  test('refuses a folder that has no row', async () => {
    assert.match(
      (await findings('src/nowhere/x.ts', 'export const a = 1;'))[0]?.message ?? '',
      /add a row for its folder/,
    );
  });

  const lines = (count: number): string => '// a line\n'.repeat(count);
  const branches = Array.from({ length: 10 }, (_, n) => `if (a === ${n}) return ${n};`).join('\n');
  const refused: [string, string, string][] = [
    ['no-restricted-imports', 'src/observation/x.ts', `import '../../stack/shop/workloads.ts';`],
    ['no-restricted-imports', 'sandbox/x.test.ts', `import '../stack/shop/workloads.ts';`],
    ['no-restricted-syntax', 'src/observation/x.ts', `export const path = 'stack/shop/behaviour.yaml';`],
    ['no-restricted-syntax', 'sandbox/x.ts', 'export const path = (name: string) => `../stack/shop/${name}`;'],
    ['complexity', 'src/domain/x.ts', `export function f(a: number): number {\n${branches}\nreturn 11;\n}`],
    [
      'max-depth',
      'src/domain/x.ts',
      `export const f = (a: any) => { if (a) { if (a.b) { if (a.c) { if (a.d) { a(); } } } } };`,
    ],
    ['max-params', 'src/domain/x.ts', `export const f = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];`],
    ['max-lines', 'src/domain/x.ts', lines(251)],
    ['no-console', 'src/execution/x.ts', `console.log('secret');`],
    ['no-restricted-properties', 'src/execution/x.ts', `export const a = process.env['TOKEN'];`],
    ['no-restricted-properties', 'src/execution/x.ts', `const { env } = process;\nexport const a = env;`],
    ['no-restricted-syntax', 'src/domain/x.ts', `export enum A { b }`],
    ['no-restricted-syntax', 'src/domain/x.ts', `export namespace A { export const b = 1; }`],
    ['no-restricted-syntax', 'src/domain/x.ts', `export class A { constructor(readonly b: string) {} }`],
    ['no-empty', 'src/domain/x.ts', `export const f = (g: () => void) => { try { g(); } catch {} };`],
    ['eqeqeq', 'src/domain/x.ts', `export const f = (a: unknown) => a == null;`],
    ['prefer-const', 'src/domain/x.ts', `let a = 1;\nexport const b = a;`],
    ['no-var', 'src/domain/x.ts', `export var a = 1;`],
    ['@typescript-eslint/no-unused-vars', 'src/domain/x.ts', `const a = 1;`],
    [
      '@typescript-eslint/consistent-type-imports',
      'src/actions/x.ts',
      `import { Plan } from '../domain/plan/plan.ts';\nexport type A = Plan;`,
    ],
  ];
  for (const [rule, path, text] of refused) {
    test(`${rule} refuses ${path}: ${text.split('\n')[0]?.slice(0, 60)}`, async () => {
      assert.ok((await findings(path, text)).some((found) => found.rule === rule));
    });
  }

  const untyped: [string, string][] = [
    ['await-thenable', `export const f = async () => { await 1; };`],
    ['no-floating-promises', `const f = async () => 1;\nexport const g = () => { f(); };`],
    ['no-misused-promises', `const f = async () => true;\nexport const g = () => (f() ? 1 : 2);`],
    [
      'switch-exhaustiveness-check',
      `export function f(a: 'b' | 'c'): number {\n  switch (a) {\n    case 'b':\n      return 1;\n  }\n  return 2;\n}`,
    ],
  ];
  for (const [rule, text] of untyped) {
    test(`${rule} refuses: ${text.split('\n')[0]?.slice(0, 60)}`, async () => {
      const said = await findings('src/lib/digest.ts', text, full);
      assert.deepEqual(
        said.map((found) => found.rule),
        [`@typescript-eslint/${rule}`],
      );
    });
  }
});

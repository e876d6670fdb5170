import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import { bundleWorkflows, workflowSources } from '../../src/adapters/temporal/workflow-bundle.ts';
import type { AirlockError } from '../../src/lib/error.ts';
import { offered, openIncident, until } from '../workflow/incident.ts';
import { decision } from '../workflow/people.ts';
import { startEnvironment, type TestEnvironment } from '../workflow/environment.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** The next release observes once more before people decide: with `patched`, as CONTRIBUTING says, or without it. */
const decides = `const decided = await state.stage('decide',`;
const observes = 'await observation.observe({ incident, alerts: state.alerts.sample() });';
const changes = {
  patched: `if (patched('observes-twice')) ${observes}\n  ${decides}`,
  careless: `${observes}\n  ${decides}`,
};
const imports = /import \{([^}]*)\} from '@temporalio\/workflow';/;

let scratch: string;
let environment: TestEnvironment;
let next: WorkflowBundleOption;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'airlock-upgrade-'));
  [environment, next] = await Promise.all([startEnvironment(), release('patched')]);
});
after(async () => {
  await environment[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true });
});

/** Bundles the workflows of a release that differs from this one before people decide. */
async function release(change: keyof typeof changes): Promise<WorkflowBundleOption> {
  const folder = join(scratch, change);
  for (const source of workflowSources) {
    await cp(join(checkout, source), join(folder, source), { recursive: true });
  }
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'workflows/stages/decide.ts');
  const code = await readFile(file, 'utf8');
  assert.ok(code.includes(decides), `decide.ts no longer contains ${decides}: update this test`);
  assert.match(code, imports);
  const changed = code
    .replace(decides, changes[change])
    .replace(imports, `import {$1, patched } from '@temporalio/workflow';`);
  await writeFile(file, changed);
  return bundleWorkflowCode({ workflowsPath: join(folder, 'workflows/remediation.ts'), logger: quiet });
}

async function waiting() {
  const incident = await openIncident(environment);
  await offered(incident);
  return incident;
}

function isRetry(error: AirlockError): false {
  assert.equal(error.next, 'retry');
  return false;
}

const observations = (names: string[]): number => names.filter((name) => name === 'observe').length;

describe('an upgrade while an approval is pending', () => {
  it('a waiting incident continues as it began, and a new incident runs the new code', async () => {
    await environment.deploy(await bundleWorkflows());
    const before = await waiting();
    await environment.deploy(next);
    assert.equal(await before.stage(), 'decide');
    assert.ok('admitted' in (await before.decide(decision('lea'))));
    assert.equal((await before.closed()).outcome, 'repaired');
    assert.equal(observations(before.script.names()), 1);

    const fresh = await waiting();
    await fresh.decide(decision('lea'));
    assert.equal((await fresh.closed()).outcome, 'repaired');
    assert.equal(observations(fresh.script.names()), 2);
  });

  it('after a rollback to the earlier release its incidents continue', async () => {
    await environment.deploy(next);
    await environment.deploy(await bundleWorkflows());
    const incident = await waiting();
    await incident.decide(decision('lea'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('a change without patched() stalls waiting incidents; after a rollback they continue, and nothing was executed', async () => {
    await environment.deploy(await bundleWorkflows());
    const incident = await waiting();
    await environment.deploy(await release('careless'));
    await incident.handle.signal('alerts', { ...incident.delivery });
    await assert.rejects(incident.stage());
    assert.ok(!incident.script.names().includes('prepare'));
    await environment.deploy(await bundleWorkflows());
    // The decision is answered with `retry` until Temporal has retried the failed workflow task.
    const sent = decision('lea');
    await until(() => incident.decide(sent).then(() => true, isRetry));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });
});

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleOption } from '@temporalio/worker';
import { bundleWorkflows } from '../../src/adapters/temporal/workflow-bundle.ts';
import type { AirlockError } from '../../src/lib/error.ts';
import { offered, openIncident, until } from '../workflow/incident.ts';
import { decision } from '../workflow/people.ts';
import { startWorld, type World } from '../workflow/environment.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const silent = (): void => undefined;
const quiet = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

/** What the next release asks before people decide: with `patched`, as CONTRIBUTING says, or carelessly without. */
const decides = `const decided = await state.stage('decide',`;
const looks = 'await observation.observe({ incident, alerts: state.alerts.shown() });';
const asksMore = {
  patched: `if (patched('looks-twice')) ${looks}\n  ${decides}`,
  careless: `${looks}\n  ${decides}`,
};
const imports = /import \{([^}]*)\} from '@temporalio\/workflow';/;

let scratch: string;
let world: World;
let next: WorkflowBundleOption;
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'airlock-upgrade-'));
  [world, next] = await Promise.all([startWorld(), release('patched')]);
});
after(async () => {
  await world[Symbol.asyncDispose]();
  await rm(scratch, { recursive: true });
});

/** The workflows of a release that differs from this one in what it does before people decide. */
async function release(change: keyof typeof asksMore): Promise<WorkflowBundleOption> {
  const folder = join(scratch, change);
  for (const sources of ['workflows', 'src/domain']) {
    await cp(join(checkout, sources), join(folder, sources), { recursive: true });
  }
  await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'workflows/decide.ts');
  const code = await readFile(file, 'utf8');
  assert.ok(code.includes(decides), `${decides} is not there any more: this test is to follow`);
  assert.match(code, imports);
  const changed = code
    .replace(decides, asksMore[change])
    .replace(imports, `import {$1, patched } from '@temporalio/workflow';`);
  await writeFile(file, changed);
  return bundleWorkflowCode({ workflowsPath: join(folder, 'workflows/remediation.ts'), logger: quiet });
}

async function waiting() {
  const incident = await openIncident(world);
  await offered(incident);
  return incident;
}

function isRetry(error: AirlockError): false {
  assert.equal(error.next, 'retry');
  return false;
}

const looked = (names: string[]): number => names.filter((name) => name === 'observe').length;

describe('an upgrade while an approval is pending', () => {
  it('OK: what waits goes on as it began, what is new does what the new release does', async () => {
    await world.deploy(await bundleWorkflows());
    const before = await waiting();
    await world.deploy(next);
    assert.equal(await before.stage(), 'decide');
    assert.ok('admitted' in (await before.decide(decision('lea'))));
    assert.equal((await before.closed()).outcome, 'repaired');
    assert.equal(looked(before.script.names()), 1);

    const fresh = await waiting();
    await fresh.decide(decision('lea'));
    assert.equal((await fresh.closed()).outcome, 'repaired');
    assert.equal(looked(fresh.script.names()), 2);
  });

  it('OK: back to the release before: what it began goes on', async () => {
    await world.deploy(next);
    await world.deploy(await bundleWorkflows());
    const incident = await waiting();
    await incident.decide(decision('lea'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('a careless change stalls what waits, executes nothing, and loses nothing: the release before goes on', async () => {
    await world.deploy(await bundleWorkflows());
    const incident = await waiting();
    await world.deploy(await release('careless'));
    await incident.handle.signal('alerts', { ...incident.delivery });
    await assert.rejects(incident.stage());
    assert.ok(!incident.script.names().includes('prepare'));
    await world.deploy(await bundleWorkflows());
    // Whoever decides is told to send the same again until the task that failed was tried anew.
    const sent = decision('lea');
    await until(() => incident.decide(sent).then(() => true, isRetry));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });
});

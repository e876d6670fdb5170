import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { command, remote, type Ended } from '../../demo/command.ts';
import { poll } from '../../demo/stage.ts';
import { connectClient } from '../../src/adapters/temporal/connect.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { killServer } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { restart } from '../../stack/process/restart.ts';
import { crashing } from '../../stack/shop/behaviours.ts';
import { bootStack, checkout, type BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident, type Driven } from './incident.ts';
import { leaks } from './leaks.ts';
import { logLines, readSpans, type ReadSpan } from './spans.ts';

const processes = ['serve', 'reason', 'observe', 'gateway'];
let stack: BootedStack;
let incident: Driven;
let spans: ReadSpan[];

before(async () => {
  stack = await bootStack({ dossierSeconds: { low: 600, medium: 600, high: 600 }, verifySeconds: 12 });
  const { stage } = stack;
  await breakWorkload(stage, 'east', 'web', crashing.web);
  incident = await openIncident(stage, { target: 'east', alert: 'KubePodCrashLooping', deployment: 'web' });
  await incident.until('dossier.offered');
  await signalNonsense();
  await restartObserve(); // people take their time; processes come and go
  assert.equal((await incident.decides('approve', 'lea')).code, 0);
  assert.equal((await incident.ending()).outcome, 'repaired');
  // The activity that closes an incident writes the root after the record, and its own span after that.
  spans = await poll('the root and the span of closing', async () => {
    const read = await readSpans(stack.folder, incident.records[0]?.trace ?? '');
    return ['incident', 'close'].every((name) => read.some((span) => span.name === name)) ? read : undefined;
  });
});
after(() => stack?.[Symbol.asyncDispose]());

/** As an operator would. */
async function restartObserve(): Promise<void> {
  await killServer(stack.state, 'observe', 'SIGTERM');
  await restart(stack.state, 'observe', { checkout, parts: await ensureParts(createProgress()) });
}

/** So that the workflow has something to log. */
async function signalNonsense(): Promise<void> {
  const { workflow } = await stack.stage.api.incident(incident.id);
  const client = await connectClient(stack.stage.stack.temporal);
  await client.workflow.getHandle(workflow).signal('alerts', 'nonsense');
  await client.connection.close();
}

const named = (name: string): ReadSpan[] => spans.filter((span) => span.name === name);
const only = (name: string): ReadSpan => {
  const [span, ...more] = named(name);
  assert.ok(span && more.length === 0, `${name}: ${named(name).length} spans`);
  return span;
};

describe('one incident, over a restart and a wait for people', () => {
  test('OK: is one trace, of all four processes, from intake to verification', () => {
    const found = new Set(spans.map(({ process }) => process));
    assert.deepEqual([...found].sort(), processes.map((name) => `airlock-${name}`).sort());
    const way = ['intake', 'relay', 'open', 'observe', 'plan', 'judge', 'wait for people', 'admitDecision', 'prepare'];
    for (const name of [...way, 'execute', 'mint', 'step', 'verify', 'closeLease', 'close']) only(name);
    assert.equal(named('rehearse').length, 2, 'once for the dossier, once at the door');
    assert.equal(named('sandbox').length, 2);
    assert.equal(only('POST /v1/incidents/:id/decisions').process, 'airlock-serve');
  });

  test('OK: every span hangs below the one root', () => {
    const root = only('incident');
    assert.equal(root.parent, '');
    const ids = new Set(spans.map(({ id }) => id));
    assert.equal(ids.size, spans.length, 'no span twice');
    for (const span of spans.filter((each) => each !== root)) {
      assert.ok(ids.has(span.parent), `${span.name} hangs nowhere`);
      assert.ok(span.start <= root.end, `${span.name} begins after the root's end`);
    }
    assert.equal(only('step').parent, only('execute').id);
    assert.ok(named('sandbox').every(({ parent }) => named('rehearse').some(({ id }) => id === parent)));
  });

  test('OK: the wait for people is from the offer to the decision, over the restart', () => {
    const wait = only('wait for people');
    const at = (kind: string): number => Date.parse(incident.records.find((each) => each.kind === kind)?.at ?? '');
    assert.deepEqual([wait.start, wait.end], [at('dossier.offered'), at('decision.admitted')]);
    assert.equal(wait.parent, only('incident').id);
  });

  test('OK: no span says more than names, numbers and ids', () => {
    for (const { name, facts } of spans) {
      for (const fact of facts) assert.ok(String(fact).length <= 100, `${name}: ${String(fact)}`);
    }
  });

  test('OK: every line of the four logs is JSON, and each that names the incident names its trace', async () => {
    const trace = incident.records[0]?.trace ?? '';
    for (const name of processes) {
      const lines = await logLines(join(stack.folder, `logs/${name}.log`));
      const about = lines.filter(({ text }) => text.includes(incident.id));
      assert.ok(about.length >= 2, `${name} tells nothing of the incident`);
      for (const { text, line } of about)
        assert.deepEqual([line['incident'], line['trace']], [incident.id, trace], text);
      assert.ok(lines.every(({ line }) => line['name'] === `airlock-${name}` && line['msg']));
    }
    const serve = await logLines(join(stack.folder, 'logs/serve.log'));
    const warned = serve.find(({ line }) => line['msg'] === 'a signal that is no delivery of alerts was left out');
    assert.deepEqual([warned?.line['incident'], warned?.line['trace']], [incident.id, trace], 'what a workflow logs');
    const told = (await logLines(join(stack.folder, 'logs/observe.log'))).map(({ line }) => line['msg']);
    assert.equal(told.filter((msg) => msg === 'ready').length, 2, 'it was started twice');
  });

  test('OK: no span and no line of a log holds a credential', async () => {
    assert.deepEqual((await leaks(stack, [])).found, []);
  });
});

describe('airlock status', () => {
  const embedded = (): Promise<Ended> => command(['status'], { env: { AIRLOCK_STATE: stack.folder } });

  test('OK: tells how things stand, over the API alone', async () => {
    const { code, text } = await command(['status'], { env: remote(stack.stage.stack) });
    assert.equal(code, 0, text);
    for (const plane of ['governance', 'reasoning', 'observation', 'execution']) {
      assert.match(text, new RegExp(`${plane} +[1-9]\\d* working on it, 0 waiting`));
    }
    for (const line of [/^servers +postgres +ok$/m, /^inbox +0 waiting$/m, /^leases +none$/m, /^incidents +none$/m]) {
      assert.match(text, line);
    }
    assert.match(text, /^phases +limited +by default$/m);
    assert.doesNotMatch(text, /kubectl/);
  });

  test('OK: and of the stack on this machine', async () => {
    const { code, text } = await embedded();
    assert.equal(code, 0, text);
    for (const line of [/^runs +\d+ +gateway$/m, /^API +http/m, /^queues +governance/m]) assert.match(text, line);
  });

  test('exit code 1: what does not answer is said, after what does', async () => {
    process.kill(await stack.pidOf('serve'), 'SIGKILL');
    const { code, text } = await embedded();
    assert.equal(code, 1);
    for (const line of [/^runs +\d+ +gateway$/m, /^GONE +\d+ +serve$/m, /gave no answer/]) assert.match(text, line);
  });
});

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { runCommand, clientEnvironment, type CommandResult } from '../../demo/command.ts';
import { poll } from '../../demo/stack-client.ts';
import { connectClient } from '../../src/adapters/temporal/connect.ts';
import { killServer } from '../../stack/process/process.ts';
import { crashingImages } from '../../stack/shop/behaviours.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { breakWorkload } from './changes.ts';
import { openIncident, type TestIncident } from './test-incident.ts';
import { findCredentials } from './attacks/find-credentials.ts';
import { logLines, readSpans, type ReadSpan } from './spans.ts';

const processes = ['serve', 'reason', 'observe', 'gateway'];
let stack: BootedStack;
let incident: TestIncident;
let spans: ReadSpan[];

before(async () => {
  stack = await bootStack({ dossierSeconds: { low: 600, medium: 600, high: 600 }, verifySeconds: 12 });
  const { client } = stack;
  await breakWorkload(client, 'east', 'web', crashingImages.web);
  incident = await openIncident(client, { target: 'east', alert: 'KubePodCrashLooping', deployment: 'web' });
  await incident.recordOf('dossier.offered');
  await sendMalformedSignal();
  await restartObserve(); // processes restart while people decide
  assert.equal((await incident.decide('approve', 'lea')).code, 0);
  assert.equal((await incident.outcome()).outcome, 'repaired');
  // The activity that closes an incident writes the root after the record, and its own span after that.
  spans = await poll('the root and the span of closing', async () => {
    const read = await readSpans(stack.folder, incident.records[0]?.trace ?? '');
    return ['incident', 'close'].every((name) => read.some((span) => span.name === name)) ? read : undefined;
  });
});
after(() => stack?.[Symbol.asyncDispose]());

/** Restarts observe as an operator would. */
async function restartObserve(): Promise<void> {
  await killServer(stack.state, 'observe', 'SIGTERM');
  await stack.restart('observe');
}

/** Sends a malformed Signal, which the workflow logs. */
async function sendMalformedSignal(): Promise<void> {
  const { workflow } = await stack.client.api.incident(incident.id);
  const client = await connectClient(stack.client.stack.temporal);
  await client.workflow.getHandle(workflow).signal('alerts', 'nonsense');
  await client.connection.close();
}

const named = (name: string): ReadSpan[] => spans.filter((span) => span.name === name);
const only = (name: string): ReadSpan => {
  const [span, ...more] = named(name);
  assert.ok(span && more.length === 0, `${name}: ${named(name).length} spans`);
  return span;
};

describe('the trace of one incident, with a restart and a wait for people', () => {
  test('has spans of all four processes, from intake to verification', () => {
    const found = new Set(spans.map(({ process }) => process));
    assert.deepEqual([...found].sort(), processes.map((name) => `airlock-${name}`).sort());
    const once = ['intake', 'relay', 'open', 'observe', 'plan', 'judge', 'wait for people', 'admitDecision', 'prepare'];
    for (const name of [...once, 'execute', 'mint', 'step', 'verify', 'closeLease', 'close']) only(name);
    assert.equal(named('rehearse').length, 2, 'once for the dossier, once as preflight');
    assert.equal(named('sandbox').length, 2);
    assert.equal(only('POST /v1/incidents/:id/decisions').process, 'airlock-serve');
  });

  test('has one root, above all other spans', () => {
    const root = only('incident');
    assert.equal(root.parent, '');
    const ids = new Set(spans.map(({ id }) => id));
    assert.equal(ids.size, spans.length, 'no span twice');
    for (const span of spans.filter((each) => each !== root)) {
      assert.ok(ids.has(span.parent), `${span.name} has an unknown parent`);
      assert.ok(span.start <= root.end, `${span.name} starts after the end of the root`);
    }
    assert.equal(only('step').parent, only('execute').id);
    assert.ok(named('sandbox').every(({ parent }) => named('rehearse').some(({ id }) => id === parent)));
  });

  test('has a span for the wait for people, from the offer to the decision, across the restart', () => {
    const wait = only('wait for people');
    const at = (kind: string): number => Date.parse(incident.records.find((each) => each.kind === kind)?.at ?? '');
    assert.deepEqual([wait.start, wait.end], [at('dossier.offered'), at('decision.admitted')]);
    assert.equal(wait.parent, only('incident').id);
  });

  test('holds nothing but names, numbers and ids in attributes', () => {
    for (const { name, attributes } of spans) {
      for (const value of attributes) assert.ok(String(value).length <= 100, `${name}: ${String(value)}`);
    }
  });

  test('is named by every log line that names the incident; every log line is JSON', async () => {
    const trace = incident.records[0]?.trace ?? '';
    for (const name of processes) {
      const lines = await logLines(join(stack.folder, `logs/${name}.log`));
      const own = lines.filter(({ text }) => text.includes(incident.id));
      assert.ok(own.length >= 2, `${name} does not log the incident`);
      for (const { text, line } of own) assert.deepEqual([line['incident'], line['trace']], [incident.id, trace], text);
      assert.ok(lines.every(({ line }) => line['name'] === `airlock-${name}` && line['msg']));
    }
    const serve = await logLines(join(stack.folder, 'logs/serve.log'));
    const warned = serve.find(({ line }) => line['msg'] === 'ignored a Signal with malformed alerts');
    assert.deepEqual(
      [warned?.line['incident'], warned?.line['trace']],
      [incident.id, trace],
      'a line that the workflow logs',
    );
    const messages = (await logLines(join(stack.folder, 'logs/observe.log'))).map(({ line }) => line['msg']);
    assert.equal(messages.filter((msg) => msg === 'ready').length, 2, 'observe started twice');
  });

  test('holds no credential in a span or a log line', async () => {
    assert.deepEqual((await findCredentials(stack, [])).found, []);
  });
});

describe('airlock status', () => {
  const embedded = (): Promise<CommandResult> => runCommand(['status'], { env: { AIRLOCK_STATE: stack.folder } });

  test('shows the status of the stack through the API alone', async () => {
    const { code, text } = await runCommand(['status'], { env: clientEnvironment(stack.client.stack) });
    assert.equal(code, 0, text);
    for (const plane of ['governance', 'reasoning', 'observation', 'execution']) {
      assert.match(text, new RegExp(`${plane} +[1-9]\\d* workers?, 0 tasks waiting`));
    }
    for (const line of [
      /^servers +postgres +ok$/m,
      /^inbox +0 alerts waiting$/m,
      /^leases +none$/m,
      /^incidents +none$/m,
    ]) {
      assert.match(text, line);
    }
    assert.match(text, /^phases +limited +by default$/m);
    assert.doesNotMatch(text, /kubectl/);
  });

  test('also shows the processes of a stack on this machine', async () => {
    const { code, text } = await embedded();
    assert.equal(code, 0, text);
    for (const line of [/^gateway +\d+ +running$/m, /^API +http/m, /^queues +governance/m]) assert.match(text, line);
  });

  test('ends with exit code 1 if a process is dead, after showing what answers', async () => {
    process.kill(await stack.pidOf('serve'), 'SIGKILL');
    try {
      const { code, text } = await embedded();
      assert.equal(code, 1);
      for (const line of [/^gateway +\d+ +running$/m, /^serve +\d+ +NOT RUNNING$/m, /gave no complete answer/])
        assert.match(text, line);
    } finally {
      await stack.restart('serve'); // tests run in any order, and the others need it
    }
  });
});

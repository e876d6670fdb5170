import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { command, remote } from '../../demo/command.ts';
import { decide } from '../../demo/decide.ts';
import { poll } from '../../demo/stage.ts';
import { proofOfDecision } from '../../src/domain/approval/decision.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { decideUpdate } from '../../workflows/messages.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { readDeployment } from './changes.ts';
import { drive } from './incident.ts';
import { createIntruder } from './intruder.ts';
import { trueProof } from './proof.ts';

let stack: BootedStack;
const stage = () => stack.stage;
const run = (args: string[], user: string) => command(args, { env: remote(stage().stack), user: stage().user(user) });
const reason = 'so it is better';
const seconds = { low: 3600, medium: 3600, high: 3600 };

before(async () => {
  stack = await bootStack({ dossierSeconds: seconds, verifySeconds: 30 });
  await Promise.all(['east', 'west'].map((target) => addNode(stage().admin(target))));
});
after(() => stack[Symbol.asyncDispose]());

async function replicas(target: string): Promise<number> {
  return (await readDeployment(stage(), target, 'mail'))['spec'].replicas;
}

/** Asks for so many pods of mail, with the real command. */
async function ask(target: string, user: string, to: number) {
  const parameters = ['namespace=shop', 'deployment=mail', `to=${to}`].flatMap((each) => ['--param', each]);
  const { code, out, text } = await run(['request', 'add-capacity', '--cluster', target, ...parameters], user);
  assert.equal(code, 0, text);
  return drive(stage(), out.trim());
}

/** The next dossier of an incident, when it is offered. */
function dossierOf(id: string, other?: string): Promise<string> {
  return poll(`a dossier of ${id}`, async () => {
    // A request is accepted a moment before its incident is opened.
    const { dossier, outcome } = (await stage().api.incidents()).find((view) => view.id === id) ?? {};
    if (outcome) throw new Error(`${id} ended: ${outcome.outcome}: ${outcome.reason}`);
    return dossier && dossier.digest !== other ? dossier.digest : undefined;
  });
}

async function incidentOf(id: string): Promise<Incident> {
  const { cluster, trace, startsAt } = await stage().api.incident(id);
  return { id, cluster, trace, startsAt };
}

// Side by side, each in a cluster of its own.
describe('what people ask for, on the real stack', { concurrency: 2 }, () => {
  test('OK: asked for, approved by somebody else, repaired; taken back the same way; not twice', async () => {
    const asked = await ask('east', 'lea', 3);
    const dossier = await dossierOf(asked.id);
    await mustNotCount('lea', asked.id, dossier);
    assert.equal((await asked.decides('approve', 'olga')).code, 0);
    const { outcome, reason: why } = await asked.ending();
    assert.equal(outcome, 'repaired', why);
    assert.equal(await replicas('east'), 3);

    const undone = await run(['undo', asked.id, '--reason', 'the sale is over'], 'sam');
    assert.equal(undone.code, 0, undone.text);
    const undo = drive(stage(), undone.out.trim());
    await dossierOf(undo.id);
    assert.equal((await undo.decides('approve', 'lea')).code, 0);
    assert.deepEqual((await undo.ending()).outcome, 'repaired');
    assert.equal(await replicas('east'), 1);
    const kinds = new Set(undo.records.map(({ kind }) => kind));
    for (const kind of ['request.admitted', 'rehearsal.done', 'verdict.given', 'decision.admitted', 'step.applied']) {
      assert.ok(kinds.has(kind as never), `the undo has no ${kind}`);
    }
    const again = await run(['undo', asked.id], 'sam');
    assert.equal(again.code, 1);
    assert.match(again.text, new RegExp(`was taken back by ${undo.id}`));
  });

  test('OK: edited from 8 to 6: the dossier of 8 is void on every way, and 6 are executed', async () => {
    const asked = await ask('west', 'sam', 8);
    const old = await dossierOf(asked.id);
    const edit = ['edit', asked.id, '--dossier', old, '--reason', 'six will do'];
    const moved = await run([...edit, '--param', 'deployment=web'], 'lea');
    assert.deepEqual([moved.code, /cannot turn to another object/.test(moved.text)], [2, true], moved.text);
    const edited = await run([...edit, '--param', 'to=6'], 'lea');
    assert.equal(edited.code, 0, edited.text);
    const next = await dossierOf(asked.id, old);

    const late = { verb: 'approve', incident: asked.id, dossier: old, reason, user: stage().user('olga') } as const;
    assert.notEqual((await decide(stage(), late)).code, 0);
    await mustBeVoid(asked.id, old);
    await mustNotCount('lea', asked.id, next);
    assert.equal((await asked.decides('approve', 'olga')).code, 0);
    assert.equal((await asked.ending()).outcome, 'repaired');
    assert.equal(await replicas('west'), 6);
  });

  test('what can never be done is refused before anybody signs in', async () => {
    const shop = ['--param', 'namespace=shop', '--param', 'deployment=mail'];
    const attempts: [string[], RegExp][] = [
      [['request', 'no-such', '--cluster', 'east', ...shop], /playbook: expected one that can be asked for: add-cap/],
      [['request', 'add-capacity', '--cluster', 'north', ...shop], /--cluster: expected one of east, west/],
      [['request', 'add-capacity', '--cluster', 'east', ...shop, '--param', 'image=x'], /expected some of/],
      [
        ['request', 'add-capacity', '--cluster', 'east', ...shop, '--param', 'to=many'],
        /--param to: expected an integer/,
      ],
      [['request', 'add-capacity', '--cluster', 'east', ...shop, ...shop], /--param namespace: is given twice/],
      [['undo', 'inc-0000000000000000'], /there is no incident of that id/],
    ];
    for (const [args, message] of attempts) {
      const { code, text } = await run(args, 'lea');
      assert.notEqual(code, 0);
      assert.match(text, message);
      assert.doesNotMatch(text, /Sign in/);
    }
  });
});

/** A requester's approval: by the command, by an Update of their own, and by asking the gateway behind everybody's back. */
async function mustNotCount(user: string, id: string, dossier: string): Promise<void> {
  const own = /asked for this, so somebody else has to approve it/;
  const decision = { dossier, verb: 'approve', reason } as const;
  const typed = await decide(stage(), { ...decision, incident: id, user: stage().user(user) });
  assert.equal(typed.code, 1);
  assert.match(typed.text, own);
  await using intruder = await createIntruder(stage());
  const proven = { ...decision, proof: await trueProof(stage(), user, proofOfDecision(decision)) };
  const { workflow } = await stage().api.incident(id);
  const update = intruder.client.workflow.getHandle(workflow).executeUpdate(decideUpdate, { args: [proven] });
  await assert.rejects(update, ({ cause }: Error) => own.test(String(cause)));
  const { trace } = await incidentOf(id);
  const asked = await intruder.asks('admitDecision', { incident: id, trace, decision: proven });
  assert.match((asked as { refused: string }).refused, own);
}

/** A dossier that was edited, asked about by a workflow that knows nothing of the edit. */
async function mustBeVoid(id: string, dossier: string): Promise<void> {
  await using intruder = await createIntruder(stage());
  const incident = await incidentOf(id);
  const decision = { dossier, verb: 'approve', reason } as const;
  const proven = { ...decision, proof: await trueProof(stage(), 'olga', proofOfDecision(decision)) };
  const answers = [
    await intruder.asks('admitDecision', { incident: id, trace: incident.trace, decision: proven }),
    await intruder.asks('prepare', { incident, dossier }),
  ];
  for (const answer of answers) assert.match(JSON.stringify(answer), /the dossier is void: lea changed its parameters/);
  const report = `sha256:${'0'.repeat(64)}`;
  const executed = await intruder.asks('execute', { incident, dossier, direction: 'do', report });
  assert.match(JSON.stringify(executed), /no challenge is open/);
}

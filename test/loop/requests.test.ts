import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { runCommand, clientEnvironment } from '../../demo/command.ts';
import { decide } from '../../demo/decide.ts';
import { poll } from '../../demo/stack-client.ts';
import { purposeOfDecision } from '../../src/domain/approval/decision.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { addNode } from '../../stack/shop/releases.ts';
import { readDossier } from '../../src/cli/approval/read-dossier.ts';
import { detailOfDecision } from '../../src/domain/approval/authorization-details.ts';
import { decideUpdate } from '../../workflows/messages.ts';
import { decideAlone } from '../decide-alone.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { readDeployment } from './changes.ts';
import { followIncident } from './test-incident.ts';
import { createAttacker } from './attacks/attacker.ts';
import { signedInToken } from './attacks/signed-in-token.ts';

let stack: BootedStack;
const client = () => stack.client;
const run = (args: string[], user: string) =>
  runCommand(args, { env: clientEnvironment(client().stack), user: client().user(user) });
const reason = 'more load is expected';
const seconds = { low: 3600, medium: 3600, high: 3600 };

before(async () => {
  stack = await bootStack({ dossierSeconds: seconds, verifySeconds: 30 });
  await Promise.all(['east', 'west'].map((target) => addNode(client().admin(target))));
});
after(() => stack[Symbol.asyncDispose]());

async function replicas(target: string): Promise<number> {
  return (await readDeployment(client(), target, 'mail'))['spec'].replicas;
}

/** Requests that many pods of mail with the CLI. */
async function requestPods(target: string, user: string, to: number) {
  const parameters = ['namespace=shop', 'deployment=mail', `to=${to}`].flatMap((each) => ['--param', each]);
  const { code, out, text } = await run(['request', 'add-capacity', '--cluster', target, ...parameters], user);
  assert.equal(code, 0, text);
  return followIncident(client(), out.trim());
}

/** Waits for a dossier of an incident other than `other`. */
function dossierOf(id: string, other?: string): Promise<string> {
  return poll(`a dossier of ${id}`, async () => {
    // Governance accepts a request a moment before it opens the incident.
    const { dossier, outcome } = (await client().api.incidents()).find((view) => view.id === id) ?? {};
    if (outcome) throw new Error(`${id} ended: ${outcome.outcome}: ${outcome.reason}`);
    return dossier && dossier.digest !== other ? dossier.digest : undefined;
  });
}

async function incidentOf(id: string): Promise<Incident> {
  const { cluster, trace, startsAt } = await client().api.incident(id);
  return { id, cluster, trace, startsAt };
}

// They run concurrently, each in its own cluster.
describe('requests of people on the real stack', { concurrency: 2 }, () => {
  test('a request is approved by another person and executed; an undo works the same way, once', async () => {
    const requested = await requestPods('east', 'lea', 3);
    const dossier = await dossierOf(requested.id);
    await mustBeRefused('lea', requested.id, dossier);
    assert.equal((await requested.decide('approve', 'olga')).code, 0);
    const { outcome, reason: why } = await requested.outcome();
    assert.equal(outcome, 'repaired', why);
    assert.equal(await replicas('east'), 3);

    const undoing = await run(['undo', requested.id, '--reason', 'the sale is over'], 'sam');
    assert.equal(undoing.code, 0, undoing.text);
    const undo = followIncident(client(), undoing.out.trim());
    await dossierOf(undo.id);
    assert.equal((await undo.decide('approve', 'lea')).code, 0);
    assert.deepEqual((await undo.outcome()).outcome, 'repaired');
    assert.equal(await replicas('east'), 1);
    const kinds = new Set(undo.records.map(({ kind }) => kind));
    for (const kind of [
      'request.admitted',
      'rehearsal.completed',
      'verdict.issued',
      'decision.admitted',
      'step.applied',
    ]) {
      assert.ok(kinds.has(kind as never), `the undo has no ${kind}`);
    }
    const again = await run(['undo', requested.id], 'sam');
    assert.equal(again.code, 1);
    assert.match(again.text, new RegExp(`was undone by incident ${undo.id}`));
  });

  test('an edit from 8 to 6 invalidates the dossier of 8 for every caller, and 6 are executed', async () => {
    const requested = await requestPods('west', 'sam', 8);
    const first = await dossierOf(requested.id);
    const edit = ['edit', requested.id, '--dossier', first, '--reason', 'six will do'];
    const moved = await run([...edit, '--param', 'deployment=web'], 'lea');
    assert.deepEqual([moved.code, /would change another object/.test(moved.text)], [2, true], moved.text);
    const edited = await run([...edit, '--param', 'to=6'], 'lea');
    assert.equal(edited.code, 0, edited.text);
    const next = await dossierOf(requested.id, first);

    const late = {
      verb: 'approve',
      incident: requested.id,
      dossier: first,
      reason,
      user: client().user('olga'),
    } as const;
    assert.notEqual((await decide(client(), late)).code, 0);
    await mustBeInvalid(requested.id, first);
    await mustBeRefused('lea', requested.id, next);
    assert.equal((await requested.decide('approve', 'olga')).code, 0);
    assert.equal((await requested.outcome()).outcome, 'repaired');
    assert.equal(await replicas('west'), 6);
  });

  test('an impossible request is refused before the sign-in', async () => {
    const shop = ['--param', 'namespace=shop', '--param', 'deployment=mail'];
    const attempts: [string[], RegExp][] = [
      [
        ['request', 'no-such', '--cluster', 'east', ...shop],
        /playbook: expected a playbook that people may request: add-cap/,
      ],
      [['request', 'add-capacity', '--cluster', 'north', ...shop], /--cluster: expected one of east, west/],
      [
        ['request', 'add-capacity', '--cluster', 'east', ...shop, '--param', 'image=x'],
        /--param: unknown parameter, expected one of: deployment/,
      ],
      [
        ['request', 'add-capacity', '--cluster', 'east', ...shop, '--param', 'to=many'],
        /--param to: expected an integer/,
      ],
      [['request', 'add-capacity', '--cluster', 'east', ...shop, ...shop], /--param namespace: is given twice/],
      [['undo', 'inc-0000000000000000'], /no incident has the id inc-0000000000000000/],
    ];
    for (const [args, message] of attempts) {
      const { code, text } = await run(args, 'lea');
      assert.notEqual(code, 0);
      assert.match(text, message);
      assert.doesNotMatch(text, /Sign in/);
    }
  });
});

/** The requester's own approval is refused by the CLI, as an Update of the workflow, and as a direct call of the gateway. */
async function mustBeRefused(user: string, id: string, dossier: string): Promise<void> {
  const own = /requested or edited this change, so another person must approve it/;
  const decision = decideAlone({ dossier, verb: 'approve', reason });
  const result = await decide(client(), { verb: 'approve', dossier, reason, incident: id, user: client().user(user) });
  assert.equal(result.code, 1);
  assert.match(result.text, own);
  await using attacker = await createAttacker(client());
  const details = [detailOfDecision(decision, await readDossier(client().api, { incident: id, digest: dossier }))];
  const token = await signedInToken(client(), user, { ...purposeOfDecision(decision), details });
  const withToken = { ...decision, token };
  const { workflow } = await client().api.incident(id);
  const update = attacker.temporal.workflow.getHandle(workflow).executeUpdate(decideUpdate, { args: [withToken] });
  await assert.rejects(update, ({ cause }: Error) => own.test(String(cause)));
  const { trace } = await incidentOf(id);
  const answer = await attacker.callGateway('admitDecision', { incident: id, trace, decision: withToken });
  assert.match((answer as { refused: string }).refused, own);
}

/** The gateway refuses an edited dossier also to a workflow that does not know of the edit. */
async function mustBeInvalid(id: string, dossier: string): Promise<void> {
  await using attacker = await createAttacker(client());
  const incident = await incidentOf(id);
  const decision = decideAlone({ dossier, verb: 'approve', reason });
  const withToken = { ...decision, token: await signedInToken(client(), 'olga', purposeOfDecision(decision)) };
  const answers = [
    await attacker.callGateway('admitDecision', { incident: id, trace: incident.trace, decision: withToken }),
    await attacker.callGateway('prepare', { incident, dossier }),
  ];
  for (const answer of answers)
    assert.match(JSON.stringify(answer), /the dossier is invalidated: lea edited its parameters/);
  const report = `sha256:${'0'.repeat(64)}`;
  const executed = await attacker.callGateway('execute', { incident, dossier, direction: 'do', report });
  assert.match(JSON.stringify(executed), /was not prepared, so it has no challenge/);
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WorkflowNotFoundError } from '@temporalio/client';
import { temporalNamespace } from '../../src/domain/names.ts';
import { AirlockError, refused } from '../../src/lib/error.ts';
import type { Decision } from '../../src/domain/approval/decision.ts';
import type { Tier } from '../../src/domain/policy/verdict.ts';
import { decisionSignal } from '../../workflows/messages.ts';
import { gate, offered, openIncident, resolved, until, type TestIncident } from './incident.ts';
import { decision } from './people.ts';
import { digests, judged, verdict, type Activities } from './script.ts';
import { startEnvironment, type TestEnvironment } from './environment.ts';

let environment: TestEnvironment;
before(async () => {
  environment = await startEnvironment();
});
after(() => environment[Symbol.asyncDispose]());

const open = (answers: Partial<Activities> = {}) => openIncident(environment, answers);
const two = { judge: judged(verdict(2)) };

/** The channels of a decision. A Signal has no answer, so the test waits until the workflow has handled it. */
const channels = {
  async update(incident: TestIncident, sent: Decision): Promise<void> {
    await incident.decide(sent);
  },
  signal: (incident: TestIncident, sent: Decision): Promise<void> => incident.handle.signal(decisionSignal, sent),
};
type Channel = keyof typeof channels;

const asked = ({ script }: TestIncident): number => script.names().filter((name) => name === 'admitDecision').length;
const executed = ({ script }: TestIncident): boolean => script.names().includes('execute');

/** Sends a Signal with a payload that cannot be decoded. */
async function signalBytes({ handle }: TestIncident, encoding: string, text: string): Promise<void> {
  await environment.client.workflowService.signalWorkflowExecution({
    namespace: temporalNamespace,
    workflowExecution: { workflowId: handle.workflowId },
    signalName: decisionSignal.name,
    input: { payloads: [{ metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(text) }] },
  });
}

describe('decisions by both channels', { concurrency: 4 }, () => {
  it('count: two people of two groups, one by each channel', async () => {
    const incident = await open(two);
    await offered(incident);
    await channels.signal(incident, decision('lea'));
    await channels.update(incident, decision('omar'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('of the same person count once, with the same token by the other channel and with another token', async () => {
    const incident = await open(two);
    await offered(incident);
    const sent = decision('lea');
    await channels.update(incident, sent);
    await channels.signal(incident, sent);
    await channels.signal(incident, decision('lea', 'approve', { reason: 'and again' }));
    await channels.update(incident, decision('lea', 'approve', { reason: 'and once more' }));
    await until(() => asked(incident) === 4);
    assert.equal(await incident.stage(), 'decide');
    await channels.signal(incident, decision('sam'));
    assert.equal((await incident.closed()).outcome, 'repaired');
  });

  it('that arrive by both channels at the same time are checked by the gateway once', async () => {
    const token = gate();
    const admitted = { dossier: digests.dossier, verb: 'approve', reason: 'lea says so', subject: 'lea' } as const;
    const incident = await open({
      ...two,
      async admitDecision() {
        await token.opened;
        return { admitted: { ...admitted, issuer: 'i', groups: ['lead'], admittedAt: 'now' } };
      },
    });
    await offered(incident);
    const sent = decision('lea');
    const answer = incident.decide(sent);
    await until(() => asked(incident) === 1);
    await channels.signal(incident, sent);
    await incident.stage(); // answered after the signal was handled
    token.open();
    assert.ok('admitted' in (await answer));
    assert.equal(asked(incident), 1);
    await incident.send(resolved);
    await incident.closed();
  });

  it('malformed signals are ignored, and valid ones still count', async () => {
    const incident = await open();
    await channels.signal(incident, decision('lea')); // before any dossier is open
    await offered(incident);
    const none: unknown[] = [
      undefined,
      null,
      'approve',
      [decision('lea')],
      { ...decision('lea'), more: 1 },
      decision('lea', 'approve', { dossier: digests.plan }),
      { ...decision('lea', 'deny'), verb: 'approve' },
      decision('lea', 'approve', { claims: { aud: 'web' } }),
      decision('lea', 'approve', { token: 'aaaa.bbbb.cccc' }),
    ];
    for (const sent of none) await incident.handle.signal(decisionSignal.name, sent);
    await incident.handle.signal(decisionSignal.name);
    await incident.handle.signal('unheard-of', decision('lea'));
    await signalBytes(incident, 'json/plain', '{"dossier":');
    await signalBytes(incident, 'binary/of-my-own', '\u0000');
    assert.equal(await incident.stage(), 'decide');
    assert.equal(asked(incident), 0);
    await channels.signal(incident, decision('lea'));
    assert.equal((await incident.closed()).outcome, 'repaired');
    assert.equal(asked(incident), 1);
  });

  it('a signal that the gateway refuses or cannot check does not count and fails nothing', async () => {
    let calls = 0;
    const incident = await open({
      admitDecision: async () => {
        if (++calls === 1) return { refused: 'the signature is wrong' };
        throw refused('token-corrupt', 'the archive cannot be read');
      },
    });
    await offered(incident);
    await channels.signal(incident, decision('lea'));
    await channels.signal(incident, decision('omar'));
    await until(() => asked(incident) === 2);
    assert.equal(await incident.stage(), 'decide');
    await incident.send(resolved);
    assert.equal((await incident.closed()).outcome, 'cancelled');
  });

  it('an incident that is cancelled while the gateway checks a signal closes', async () => {
    const token = gate();
    const incident = await open({
      async admitDecision() {
        await token.opened;
        return { refused: 'too late' };
      },
    });
    await offered(incident);
    await channels.signal(incident, decision('lea'));
    await until(() => asked(incident) === 1);
    await incident.handle.cancel();
    assert.equal((await incident.closed()).outcome, 'cancelled');
    token.open();
  });
});

/** A decision after the denial can find the incident closed: the Update is refused, the Signal finds no open workflow. */
function assertTooLate(error: unknown): void {
  if (error instanceof WorkflowNotFoundError) return;
  assert.ok(error instanceof AirlockError, String(error));
  assert.equal(error.code, 'no-open-dossier', error.message);
}

describe('a denial overrides approvals', { concurrency: 4 }, () => {
  const three = [decision('lea'), decision('omar'), decision('sam', 'deny')] as const;
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const mixes: Channel[][] = [
    ['update', 'signal', 'update'],
    ['signal', 'signal', 'signal'],
    ['signal', 'update', 'signal'],
  ];
  for (const [index, order] of orders.entries()) {
    const mix = mixes[index % mixes.length] ?? [];
    const words = order.map((which, at) => `${three[which]?.verb} by ${mix[at]}`).join(', ');
    it(`denied: ${words}`, async () => {
      const all = gate();
      const incident = await open({
        ...two,
        async prepare() {
          await all.opened; // the gateway reads its own archive when everything has arrived
          return { ready: false, execution: 'exe', reasons: ['sam denied it'] };
        },
      });
      await offered(incident);
      for (const [at, which] of order.entries()) {
        const sent = three[which] ?? assert.fail();
        await channels[mix[at] ?? 'update'](incident, sent).catch((error: unknown) => {
          assert.ok(order.slice(0, at).includes(2), `rejected before the denial: ${String(error)}`);
          assertTooLate(error);
        });
      }
      all.open();
      assert.deepEqual(await incident.closed(), { outcome: 'denied', reason: 'sam: sam says so' });
      assert.ok(!executed(incident));
    });
  }

  it('denied: the gateway admits the denial while it refuses to execute because of it', async () => {
    const [archive, answer] = [gate(), gate()];
    const incident = await open({
      async admitDecision({ decision: { dossier, verb, reason } }) {
        const subject = verb === 'deny' ? 'sam' : 'lea';
        if (verb === 'deny') await answer.opened;
        return { admitted: { dossier, verb, reason, subject, issuer: 'i', groups: ['lead'], admittedAt: verb } };
      },
      async execute() {
        archive.open();
        return { outcome: 'invalidated', execution: 'exe', reasons: ['sam denied it'] };
      },
      async rehearse({ preflight }) {
        if (preflight) await until(() => asked(incident) === 2);
        return { report: preflight ? digests.preflight : digests.report, outcome: 'safe', reason: 'safe' };
      },
      async prepare({ dossier }) {
        await channels.signal(incident, decision('sam', 'deny'));
        return { ready: true, execution: 'exe-do', challenge: 'challenge', dossier };
      },
    });
    await offered(incident);
    await channels.update(incident, decision('lea'));
    await archive.opened;
    answer.open();
    assert.deepEqual(await incident.closed(), { outcome: 'denied', reason: 'sam: sam says so' });
  });
});

describe('a dossier without enough decisions', { concurrency: 4 }, () => {
  const endings: [Tier, string][] = [
    ['low', 'expired'],
    ['medium', 'expired'],
    ['high', 'escalated'],
  ];
  for (const [tier, outcome] of endings) {
    it(`${outcome}: ${tier} tier, after each next group was reminded`, async () => {
      const incident = await open({ judge: judged(verdict(2, { tier }), 6) });
      await offered(incident);
      await channels.signal(incident, decision('lea'));
      const ending = await incident.closed();
      assert.equal(ending.outcome, outcome, ending.reason);
      const reminders = incident.script.calls.filter(({ name }) => name === 'remind').map(({ input }) => input);
      assert.deepEqual(
        reminders.map(({ incident: of, ...rest }) => ({ ...rest, of: of.id })),
        ['lead', 'owner'].map((group) => ({ dossier: digests.dossier, group, tier, of: incident.incident.id })),
      );
      assert.ok(!incident.script.names().includes('prepare'));
    });
  }
});

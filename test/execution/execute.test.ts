import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { AirlockError } from '../../src/domain/error.ts';
import { executionId } from '../../src/domain/names.ts';
import type { Digest } from '../../src/domain/digest.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { sweep } from '../../src/execution/sweep.ts';
import { createLogger } from '../../src/telemetry.ts';
import { startDatabase, type Database } from './database.ts';
import { allowed, deployment, dossierOf, observer, oneLead, safeReport, scalePlan, signed } from './fixture.ts';
import { gatewayOn, type Gateway } from './gateway.ts';
import { startIssuer, type TestIssuer } from './issuer.ts';
import { fakeTarget, type FakeTarget } from './target.ts';

let database: Database;
let issuer: TestIssuer;
let target: FakeTarget;
let gateway: Gateway;
let verdict: Verdict;
let clock = new Date();
const now = (): Date => clock;
const seal = observer();

before(async () => {
  database = await startDatabase();
  issuer = await startIssuer(now);
});

after(async () => {
  await issuer[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

let turn = 0;

beforeEach(() => {
  // Each test plans from another number of replicas, so that no two dossiers are one.
  turn += 10;
  verdict = oneLead;
  target = fakeTarget([deployment('web', turn), deployment('db', turn)]);
  gateway = gatewayOn(world());
});

function world() {
  return { database, issuer, grants: target.grants, seal, now, verdict: () => verdict };
}

function anotherGateway(): Gateway {
  return gatewayOn(world(), database.another());
}

function later(seconds: number): void {
  clock = new Date(clock.getTime() + seconds * 1000);
}

function replicas(name: string): number {
  return target.objects.get(name)?.['spec'].replicas;
}

function dying(code: string): AirlockError {
  return new AirlockError({ code, message: 'the server is gone', next: 'retry' });
}

/** A dossier in the store: by default web and db are scaled up by two. */
async function offered(wanted = { web: turn + 2, db: turn + 2 }, offer: Verdict = oneLead) {
  const plan = scalePlan([...target.objects.values()], wanted);
  const report = safeReport(plan);
  const rehearsal = await signed(seal.sign, report, { takenAt: clock.toISOString() });
  const dossier = dossierOf(plan, rehearsal, clock, offer);
  return { digest: await gateway.store(dossier), report, dossier };
}

/** As far as the door. */
async function ready(wanted?: { web: number; db: number }) {
  const { digest, report, dossier } = await offered(wanted);
  await gateway.approve(digest, 'lea');
  const prepared = await gateway.prepare(digest);
  assert.ok(prepared.ready);
  return { digest, report, dossier, prepared, door: await gateway.door(prepared, report) };
}

async function kindsOf(digest: Digest): Promise<string[]> {
  const ids = [executionId(digest, 'do'), executionId(digest, 'undo')];
  const records = await gateway.journal();
  return records.filter(({ body }) => ids.includes((body as any)?.execution)).map(({ kind }) => kind);
}

describe('prepare', () => {
  it('OK: a challenge of 32 bytes; asked again the same; after it was used none', async () => {
    const { digest, prepared, door } = await ready();
    assert.ok(prepared.ready);
    assert.equal(Buffer.from(prepared.challenge, 'base64url').length, 32);
    assert.deepEqual(await gateway.prepare(digest), prepared);
    await gateway.execute(digest, 'do', door);
    const again = await gateway.prepare(digest);
    assert.ok(!again.ready && /was used/.test(again.reasons[0] ?? ''));
  });

  it('without approval, denied, or with too few groups: refused and written down', async () => {
    const { digest } = await offered();
    assert.match(JSON.stringify(await gateway.prepare(digest)), /1 more approval/);
    await gateway.approve(digest, 'sam');
    assert.match(JSON.stringify(await gateway.prepare(digest)), /1 more approval/, 'sam is no lead');
    verdict = allowed(2, ['lead', 'owner'], true);
    await gateway.approve(digest, 'lea');
    assert.match(JSON.stringify(await gateway.prepare(digest)), /1 more approval/);
    await gateway.approve(digest, 'olga');
    assert.ok((await gateway.prepare(digest)).ready);
    await gateway.approve(digest, 'sam', 'deny');
    assert.match(JSON.stringify(await gateway.prepare(digest)), /sam denied it/);
    assert.ok((await kindsOf(digest)).includes('execution.refused'));
  });

  it('a policy that denies now, or a phase that does not execute: refused', async () => {
    const { digest } = await offered();
    await gateway.approve(digest, 'lea');
    verdict = { allowed: false, reasons: [{ rule: 'max-replicas', sentence: 'too many' }] };
    assert.match(JSON.stringify(await gateway.prepare(digest)), /policy denies \(max-replicas\)/);
    verdict = { ...oneLead, phase: 'assist', execute: false };
    assert.match(JSON.stringify(await gateway.prepare(digest)), /phase assist/);
  });
});

describe('execute', () => {
  it('OK: each step once, credential gone, everything written down in order', async () => {
    const { digest, door } = await ready();
    const result = await gateway.execute(digest, 'do', door);
    assert.equal(result.outcome, 'executed');
    assert.deepEqual(target.writes, ['web', 'db']);
    assert.deepEqual([replicas('web'), replicas('db')], [turn + 2, turn + 2]);
    assert.equal(target.alive.size, 0);
    assert.deepEqual(await kindsOf(digest), [
      ...['execution.prepared', 'grant.minted', 'step.intended', 'step.applied', 'step.intended', 'step.applied'],
      ...['grant.revoked', 'execution.finished'],
    ]);
    const { rows } = await database.pools.owner.query('SELECT * FROM execution_leases WHERE execution = $1', [
      executionId(digest, 'do'),
    ]);
    assert.ok(rows[0].lease_id && rows[0].revoked_at);
  });

  it('OK: asked again, the ledger answers and nothing is written', async () => {
    const { digest, door } = await ready();
    const first = await gateway.execute(digest, 'do', door);
    assert.deepEqual(await gateway.execute(digest, 'do', door), first);
    assert.equal(target.writes.length, 2);
    assert.equal(target.minted, 1);
  });

  it('OK: twenty calls at once, from two gateways, are one execution', async () => {
    const { digest, door } = await ready();
    const second = anotherGateway();
    target.faults.beforeWrite = () => new Promise((resolve) => setTimeout(resolve, 20));
    const calls = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? gateway : second).execute(digest, 'do', door).catch((error: AirlockError) => error.code),
    );
    const answers = await Promise.all(calls);
    assert.deepEqual(target.writes, ['web', 'db']);
    assert.ok(answers.every((answer) => answer === 'execution-busy' || (answer as any).outcome === 'executed'));
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
  });

  it('OK: a status write between read and write does not void', async () => {
    const { digest, door } = await ready();
    target.faults.statusBeforeWrite = 1;
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(target.writes, ['web', 'db']);
  });

  it('a basis that changed before anything was written: void, and void it stays', async () => {
    const { digest, door } = await ready();
    (target.objects.get('web') as any).spec.replicas = 3;
    const result = await gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'void' && /not what was signed/.test(result.reasons[0] ?? ''));
    (target.objects.get('web') as any).spec.replicas = turn;
    assert.deepEqual(await gateway.execute(digest, 'do', door), result);
    assert.deepEqual(target.writes, []);
    assert.equal(target.alive.size, 0);
  });

  it('a basis that changed after the first step: failed, with what was written', async () => {
    const { digest, door } = await ready();
    (target.objects.get('db') as any).spec.replicas = 3;
    const result = await gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'failed' && /not what was signed/.test(result.reason));
    assert.deepEqual(result.receipts.map(({ step, state }) => [step, state]), [['do-1', 'applied']]);
    assert.equal(target.alive.size, 0);
  });

  it('an answer that is lost after the write: the retry recognises its own work', async () => {
    const { digest, door } = await ready();
    target.faults.loseAnswerOfWrite = 1;
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'kubernetes-unreachable', next: 'retry' });
    assert.equal(target.alive.size, 0, 'the credential of the first try is revoked');
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(target.writes, ['web', 'db']);
    assert.equal(target.minted, 2);
  });

  it('dead between two steps: the retry repeats nothing, even after the dossier has expired', async () => {
    const { digest, door } = await ready();
    const journal = gateway.deps.journal;
    let appended = 0;
    gateway.deps.journal = {
      append: (entry) => {
        if (entry.kind === 'step.intended' && ++appended === 2) throw dying('journal-unavailable');
        return journal.append(entry);
      },
    };
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'journal-unavailable' });
    assert.deepEqual(target.writes, ['web']);
    gateway.deps.journal = journal;
    later(700);
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.deepEqual(target.writes, ['web', 'db']);
  });

  it('a revocation that fails: no result until it succeeds, then no second write', async () => {
    const { digest, door } = await ready();
    target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'vault-unreachable' });
    assert.equal(target.alive.size, 1);
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
    assert.equal(target.alive.size, 0);
    assert.deepEqual(target.writes, ['web', 'db']);
  });

  it('a minting whose answer is lost: the lease is revoked all the same', async () => {
    const { digest, door } = await ready();
    target.faults.failMint = dying('vault-unreachable');
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'vault-unreachable' });
    assert.equal(target.alive.size, 0);
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed');
  });

  it('a target whose locks refuse the grant: void with its words', async () => {
    const { digest, door } = await ready();
    target.faults.failMint = new AirlockError({ code: 'vault-refused', message: 'minter: not allowed', next: 'stop' });
    const result = await gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'void' && result.reasons[0] === 'minter: not allowed');
  });

  it('a grant that can do more than was signed is not used', async () => {
    const { digest, door } = await ready();
    target.faults.tooWide = true;
    const result = await gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'void' && /may read Deployment shop\/airlock-not-in-the-plan/.test(result.reasons[0] ?? ''));
    assert.deepEqual(target.writes, []);
    assert.equal(target.alive.size, 0);
  });

  it('expired at the door: void', async () => {
    const { digest, report, prepared } = await ready();
    later(601);
    const result = await gateway.execute(digest, 'do', await gateway.door(prepared, report));
    assert.ok(result.outcome === 'void' && /expired/.test(result.reasons[0] ?? ''));
  });

  it('denied after prepare: void', async () => {
    const { digest, door } = await ready();
    await gateway.approve(digest, 'sam', 'deny');
    const result = await gateway.execute(digest, 'do', door);
    assert.ok(result.outcome === 'void' && /sam denied it/.test(result.reasons[0] ?? ''));
  });

  it('an archived proof that was tampered with proves nothing', async () => {
    const { digest, door } = await ready();
    await database.pools.owner.query(`UPDATE admissions SET subject = 'olga', proof = proof || 'x' WHERE dossier = $1`, [digest]);
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'proof-corrupt' });
    assert.deepEqual(target.writes, []);
  });
});

describe('the door', () => {
  const refusedBy = (why: RegExp) => (error: AirlockError) => {
    assert.equal(error.code, 'door-refused');
    assert.match(error.message, why);
    return true;
  };

  it('no report, or no challenge: refused, nothing is spoiled', async () => {
    const { digest, report } = await offered();
    await gateway.approve(digest, 'lea');
    const early = await gateway.door({ ready: false, execution: '', reasons: [] }, report);
    await assert.rejects(gateway.execute(digest, 'do', early), refusedBy(/prepare first/));
    const prepared = await gateway.prepare(digest);
    await assert.rejects(gateway.execute(digest, 'do'), refusedBy(/needs one/));
    const result = await gateway.execute(digest, 'do', await gateway.door(prepared, report));
    assert.equal(result.outcome, 'executed');
    assert.ok((await kindsOf(digest)).includes('execution.refused'));
  });

  it('forged, for another execution, without or with another challenge, older than it, too old: refused', async () => {
    const { digest, report, prepared, door } = await ready();
    const forger = observer();
    const attempts: [RegExp, Promise<Digest>][] = [
      [/signature/, signed(forger.sign, report, { ...(prepared as object) }).then((made) => gateway.deps.blobs.put(made))],
      [/another execution/, gateway.door(prepared, report, { execution: 'exe-0000000000000000' })],
      [/another execution/, gateway.door(prepared, report, { execution: undefined })],
      [/challenge/, gateway.door(prepared, report, { challenge: 'A'.repeat(43) })],
      [/challenge/, gateway.door(prepared, report, { challenge: undefined })],
      [/older than the challenge/, gateway.door(prepared, report, { takenAt: '2026-01-01T00:00:00.000Z' })],
    ];
    for (const [why, attempt] of attempts) await assert.rejects(gateway.execute(digest, 'do', await attempt), refusedBy(why));
    assert.equal((await gateway.execute(digest, 'do', door)).outcome, 'executed', 'the true one still counts');
    const second = await ready();
    later(601);
    await assert.rejects(gateway.execute(second.digest, 'do', second.door), refusedBy(/601 s old/));
  });

  it('a second report for the same challenge is refused, before and after the first one ran', async () => {
    const { digest, report, prepared, door } = await ready();
    const second = await gateway.door(prepared, { ...report, record: { ...report.record, seconds: 2 } });
    const outcomes = await Promise.all(
      [door, second].map((one) => gateway.execute(digest, 'do', one).then(({ outcome }) => outcome, ({ code }) => code)),
    );
    assert.deepEqual(outcomes.toSorted(), ['door-refused', 'executed']);
    const loser = outcomes[0] === 'executed' ? second : door;
    await assert.rejects(gateway.execute(digest, 'do', loser), refusedBy(/another report/));
    assert.deepEqual(target.writes, ['web', 'db']);
  });

  it('a report that no longer says what was signed: void', async () => {
    const { digest, report, prepared } = await ready();
    const unsafe = { ...report, outcome: 'unsafe' as const, reason: 'no node is large enough' };
    const result = await gateway.execute(digest, 'do', await gateway.door(prepared, unsafe));
    assert.ok(result.outcome === 'void' && /no node is large enough/.test(result.reasons[0] ?? ''));
  });
});

describe('undo', () => {
  it('OK: takes back what was applied, in reverse, under its own grant, after the dossier has expired', async () => {
    const { digest, door } = await ready();
    await gateway.execute(digest, 'do', door);
    later(700);
    verdict = { allowed: false, reasons: [{ rule: 'shadow', sentence: 'demoted' }] };
    const result = await gateway.execute(digest, 'undo');
    assert.equal(result.outcome, 'executed');
    assert.equal(result.execution, executionId(digest, 'undo'));
    assert.deepEqual(target.writes, ['web', 'db', 'db', 'web']);
    assert.deepEqual([replicas('web'), replicas('db')], [turn, turn]);
    assert.deepEqual(await gateway.execute(digest, 'undo'), result);
    assert.deepEqual([target.writes.length, target.alive.size], [4, 0]);
  });

  it('OK: of a half-applied execution only that half; a deny that came later does not hold it back', async () => {
    const { digest, door } = await ready();
    (target.objects.get('db') as any).spec.replicas = 3;
    await gateway.execute(digest, 'do', door);
    later(1);
    await gateway.approve(digest, 'sam', 'deny');
    assert.equal((await gateway.execute(digest, 'undo')).outcome, 'executed');
    assert.deepEqual([replicas('web'), replicas('db')], [turn, 3]);
  });

  it('of nothing: refused, and the undo stays possible', async () => {
    const { digest, door } = await ready();
    await assert.rejects(gateway.execute(digest, 'undo'), { code: 'nothing-to-undo' });
    await gateway.execute(digest, 'do', door);
    assert.equal((await gateway.execute(digest, 'undo')).outcome, 'executed');
  });

  it('while the execution is unfinished: refused', async () => {
    const { digest, door } = await ready();
    target.faults.loseAnswerOfWrite = 2;
    await assert.rejects(gateway.execute(digest, 'do', door), { code: 'kubernetes-unreachable' });
    await assert.rejects(gateway.execute(digest, 'undo'), { code: 'execution-unfinished' });
  });

  it('of a value that somebody changed since: void, and a human decides', async () => {
    const { digest, door } = await ready();
    await gateway.execute(digest, 'do', door);
    (target.objects.get('db') as any).spec.replicas = 1;
    const result = await gateway.execute(digest, 'undo');
    assert.ok(result.outcome === 'void' && /not what was signed/.test(result.reasons[0] ?? ''));
    assert.equal(target.writes.length, 2);
  });
});

describe('sweep', () => {
  const log = createLogger('gateway', 'error');
  const clusters = [{ name: 'east' }];
  const swept = () => sweep({ ...gateway.deps, log, clusters });

  it('OK: what a dead gateway left is revoked, a role that nobody knows is deleted', async () => {
    await swept();
    const { digest, door } = await ready();
    target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(gateway.execute(digest, 'do', door));
    target.alive.add('exe-unknown');
    assert.equal(await swept(), 2);
    assert.equal(target.alive.size, 0);
    assert.equal(await swept(), 0);
  });

  it('an execution that another gateway works on is left alone', async () => {
    const { digest, door } = await ready();
    const second = anotherGateway();
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    target.faults.beforeWrite = async () => {
      reached.resolve();
      await go.promise;
    };
    const running = second.execute(digest, 'do', door);
    await reached.promise;
    assert.equal(await swept(), 0);
    assert.equal(target.alive.size, 1);
    go.resolve();
    assert.equal((await running).outcome, 'executed');
  });

  it('what cannot be revoked now stays in the ledger for the next time', async () => {
    const { digest, door } = await ready();
    target.faults.failRevoke = dying('vault-unreachable');
    await assert.rejects(gateway.execute(digest, 'do', door));
    target.faults.failRevoke = dying('vault-unreachable');
    assert.equal(await swept(), 0);
    assert.equal(await swept(), 1);
  });
});

import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import type { ExecutionResult } from '../../src/domain/execution/execution.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Ledger } from '../../src/execution/ledger-ports.ts';
import { AirlockError } from '../../src/lib/error.ts';
import type { Gateway } from '../execution/gateway.ts';
import { reportKey, startEnvironment } from '../execution/environment.ts';
import { dossierOf, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { incidentWithPlan, type PlannedIncident } from './incident-with-plan.ts';

// Two incidents have plans for the Deployment web. Two gateways execute them.

/** These gateways never renew their locks, so a test can let them expire. */
const env = await startEnvironment({ seconds: 30, renewEveryMs: 3_600_000 });
after(() => env[Symbol.asyncDispose]());
let second: Gateway;
let incidents = 0;
beforeEach(async () => {
  await env.reset();
  second = env.anotherGateway();
});

const objects = () => [...env.target.objects.values()];
const busy = { code: 'object-busy', next: 'retry' };

function incidentWith(plan: Plan): Promise<PlannedIncident> {
  const id = `inc-two-${String((incidents += 1))}`;
  return incidentWithPlan({ gateway: env.gateway, issuer: env.issuer, reportKey, now: env.now }, id, plan);
}

/** Scales web to this number of replicas more than it has now. */
function scaleWeb(more: number): Promise<PlannedIncident> {
  return incidentWith(scalePlan(objects(), { web: env.replicas('web') + more }));
}

/** Runs `meanwhile` immediately before the next write of the target. */
function beforeNextWrite(meanwhile: () => Promise<unknown>): void {
  env.target.faults.beforeWrite = async () => {
    delete env.target.faults.beforeWrite;
    await meanwhile();
  };
}

function reasonOf(result: ExecutionResult): string {
  if (result.outcome === 'invalidated') return result.reasons.join();
  return result.outcome === 'failed' ? result.reason : '';
}

describe('two executions that change one object', () => {
  it('never run at once: the second waits, and is then refused, because its preflight is older', async () => {
    const [first, other] = [await scaleWeb(2), await scaleWeb(3)];
    const [report, otherReport] = [await first.rehearse(), await other.rehearse()];
    beforeNextWrite(() => assert.rejects(other.execute('do', otherReport, second), busy));
    assert.equal((await first.execute('do', report)).outcome, 'executed');
    const refused = await other.execute('do', otherReport, second);
    assert.equal(refused.outcome, 'invalidated');
    assert.match(
      reasonOf(refused),
      /another execution has locked east\/apps\/Deployment\/shop\/web since the preflight/,
    );
    assert.deepEqual(env.target.writes, ['web']);
  });

  it('run one after the other: the second preflight begins after the first execution and shows its result', async () => {
    const [first, other] = [await scaleWeb(2), await scaleWeb(3)];
    const report = await first.rehearse();
    beforeNextWrite(() => assert.rejects(other.prepare(second), busy));
    assert.equal((await first.execute('do', report)).outcome, 'executed');
    const next = await scaleWeb(3);
    assert.equal((await next.execute('do', await next.rehearse(), second)).outcome, 'executed');
    assert.equal(env.replicas('web'), env.before + 5);
  });

  it('are not delayed or invalidated by a dossier that nobody has approved', async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    const plan = scalePlan(objects(), { web: env.before + 7 });
    const rehearsal = await signed(reportKey.sign, safeReport(plan), { takenAt: env.now().toISOString() });
    const unapproved = await env.gateway.store(dossierOf(plan, rehearsal, env.now()));
    await assert.rejects(env.gateway.execute(unapproved, 'do', report), { code: 'preflight-refused' });
    assert.equal((await first.execute('do', report)).outcome, 'executed');
  });

  it('run at the same time if their objects differ', async () => {
    const first = await scaleWeb(2);
    const other = await incidentWith(scalePlan(objects(), { db: env.before + 3 }));
    const [report, otherReport] = [await first.rehearse(), await other.rehearse()];
    beforeNextWrite(async () => assert.equal((await other.execute('do', otherReport, second)).outcome, 'executed'));
    assert.equal((await first.execute('do', report)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['db', 'web']);
  });

  it('an undo waits like an execution, and an execution waits for an undo', async () => {
    const first = await scaleWeb(2);
    await first.execute('do', await first.rehearse());
    const other = await scaleWeb(3);
    const otherReport = await other.rehearse();
    beforeNextWrite(() => assert.rejects(first.execute('undo', undefined, second), busy));
    assert.equal((await other.execute('do', otherReport)).outcome, 'executed');
    beforeNextWrite(() => assert.rejects(first.execute('undo', undefined, second), busy));
    assert.equal((await other.execute('undo')).outcome, 'executed');
    assert.equal((await first.execute('undo', undefined, second)).outcome, 'executed');
    assert.equal(env.replicas('web'), env.before);
  });
});

it('an execution keeps its objects until its result is stored', async () => {
  const [first, other] = [await scaleWeb(2), await scaleWeb(3)];
  const [report, otherReport] = [await first.rehearse(), await other.rehearse()];
  const { ledger } = env.gateway.deps;
  env.gateway.deps.ledger = withoutResults(ledger);
  await assert.rejects(first.execute('do', report), { code: 'ledger-unavailable' });
  await assert.rejects(other.execute('do', otherReport, second), busy);
  env.gateway.deps.ledger = ledger;
  assert.equal((await first.execute('do', report)).outcome, 'executed');
  assert.deepEqual(env.target.writes, ['web']);
});

/** A ledger that PostgreSQL leaves just before an attempt writes its result. */
function withoutResults(ledger: Ledger): Ledger {
  const message = 'the server is gone';
  const finish = () => Promise.reject(new AirlockError({ code: 'ledger-unavailable', message }));
  return {
    ...ledger,
    async lock(execution) {
      const lock = await ledger.lock(execution);
      return { ...lock, begin: async (identity) => ({ ...(await lock.begin(identity)), finish }) };
    },
  };
}

describe('a gateway that was paused, until another execution has taken its lock', () => {
  const expire = () => env.database.pools.superuser.query('UPDATE object_leases SET expires_at = clock_timestamp()');

  /** Another incident executes its plan through the second gateway, after the locks of the first have expired. */
  async function takeOver(more: number): Promise<void> {
    await expire();
    const other = await scaleWeb(more);
    assert.equal((await other.execute('do', await other.rehearse(), second)).outcome, 'executed');
  }

  /** Calls `during` once, when the first gateway has recorded that it is about to write, and has not checked its lock. */
  function afterIntended(during: () => Promise<void>): void {
    const { journal } = env.gateway.deps;
    env.gateway.deps.journal = {
      async append(record) {
        await journal.append(record);
        if (record.kind !== 'step.intended') return;
        env.gateway.deps.journal = journal;
        await during();
      },
    };
  }

  it('writes nothing if the pause began before its check', async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    afterIntended(() => takeOver(5));
    await assert.rejects(first.execute('do', report), busy);
    assert.equal(env.replicas('web'), env.before + 5);
    const result = await first.execute('do', report);
    assert.ok(result.outcome === 'failed' && /another execution has locked/.test(result.reason));
    assert.deepEqual(env.target.writes, ['web']);
  });

  it("writes nothing although somebody with the gateway's database login has copied its lock to another object", async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    afterIntended(async () => {
      const { gateway } = env.database.pools;
      await gateway.query(
        `INSERT INTO object_leases SELECT object || '-copy', token, execution, mac, expires_at FROM object_leases
         WHERE object = 'east/apps/Deployment/shop/web'`,
      );
      await takeOver(5);
      await gateway.query(
        `UPDATE object_leases SET expires_at = clock_timestamp() + interval '1 day' WHERE object LIKE '%-copy'`,
      );
    });
    await assert.rejects(first.execute('do', report), busy);
    assert.deepEqual(env.target.writes, ['web']);
  });

  it('keeps the receipt of a write that happened before the pause', async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    env.target.faults.afterWrite = async () => {
      delete env.target.faults.afterWrite;
      await takeOver(1);
    };
    const result = await first.execute('do', report);
    assert.equal(result.outcome, 'executed');
    assert.deepEqual(await first.execute('do', report), result);
    assert.deepEqual(env.target.writes, ['web', 'web']);
    assert.equal(env.replicas('web'), env.before + 3);
  });

  it('continues if nobody has taken the lock', async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    beforeNextWrite(expire);
    assert.equal((await first.execute('do', report)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web']);
  });

  it('keeps its lock until its retry if it does not know whether its write happened', async () => {
    const first = await scaleWeb(2);
    const report = await first.rehearse();
    const other = await scaleWeb(3);
    env.target.faults.loseAnswerOfWrite = 1;
    await assert.rejects(first.execute('do', report), { code: 'kubernetes-unreachable' });
    await assert.rejects(other.prepare(second), busy);
    assert.equal((await first.execute('do', report)).outcome, 'executed');
    assert.deepEqual(env.target.writes, ['web']);
  });
});

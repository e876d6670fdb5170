import assert from 'node:assert/strict';
import type { AirlockError } from '../../src/lib/error.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import type { PrepareAnswer } from '../../src/domain/execution/execution.ts';
import { executionId } from '../../src/domain/names.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { LeaseTimes } from '../../src/adapters/postgres/ledger/object-locks.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { startDatabase, type Database } from './database.ts';
import { deployment, dossierOf, observer, oneLead, safeReport, scalePlan, signed } from './fixture.ts';
import { createTestGateway, type Gateway, type GatewayInput } from './gateway.ts';
import { startIssuer, type TestIssuer } from './admission/issuer.ts';
import { fakeTarget, type FakeTarget } from './target.ts';
import { startTestVault, type TestVault } from './vault.ts';

/** A stored dossier that scales web and db, and its rehearsal report. */
export interface Offered {
  digest: Digest;
  dossier: Dossier;
  report: Report;
}

/** An approved and prepared dossier with its preflight report. */
export interface Ready extends Offered {
  prepared: PrepareAnswer & { ready: true };
  preflight: Digest;
}

/** A gateway on a real database and a real Vault, with a target cluster that can be made to fail. `reset` renews it before each test. */
export interface TestEnvironment extends AsyncDisposable {
  database: Database;
  vault: TestVault;
  issuer: TestIssuer;
  /** What the gateways have logged as errors since the last `reset`. */
  errors: string[];
  target: FakeTarget;
  gateway: Gateway;
  /** What policy says now. */
  verdict: Verdict;
  /** Replicas of web and db. Each test has another number, so that no two dossiers have the same digest. */
  before: number;
  /** A new target and gateway. The locks on objects that an earlier test has left expire. */
  reset(): Promise<void>;
  /** Moves the clock forward. */
  advance(seconds: number): void;
  now(): Date;
  anotherGateway(): Gateway;
  /** Stores a dossier that adds two replicas to web and db. */
  offered(): Promise<Offered>;
  /** Stores, approves, prepares and rehearses a dossier. */
  ready(): Promise<Ready>;
  replicas(name: string): number;
  setReplicas(name: string, replicas: number): void;
  /** Kinds of the journal records of a dossier's executions, in order. */
  recordKindsOf(dossier: Digest): Promise<string[]>;
}

/** The observer's key in every environment. */
export const reportKey = observer();

/** @param leaseTimes how long the locks on objects last; as in production by default. */
export async function startEnvironment(leaseTimes?: LeaseTimes): Promise<TestEnvironment> {
  const [database, vault] = await Promise.all([startDatabase(), startTestVault()]);
  let clock = new Date();
  const now = (): Date => clock;
  const issuer = await startIssuer(now);
  const onError = (message: string): void => void env.errors.push(message);
  const gatewayFor = (target: FakeTarget, pool = database.pools.gateway): Gateway => {
    const verdict = (): Verdict => env.verdict;
    const session = vault.sessions.gateway;
    const input = { database, vault: session, issuer, grants: target.grants, reportKey, now, verdict, onError };
    return createTestGateway(omitUndefined<GatewayInput>({ ...input, leaseTimes }), pool);
  };
  const make = (replicas: number): Pick<TestEnvironment, 'target' | 'gateway'> => {
    const target = fakeTarget([deployment('web', replicas), deployment('db', replicas)]);
    return { target, gateway: gatewayFor(target) };
  };
  const env: TestEnvironment = {
    database,
    vault,
    issuer,
    errors: [],
    ...make(0),
    verdict: oneLead,
    before: 0,
    async reset() {
      await database.pools.superuser.query('UPDATE object_leases SET expires_at = clock_timestamp()');
      env.before += 10;
      env.errors = [];
      env.verdict = oneLead;
      Object.assign(env, make(env.before));
    },
    now,
    advance(seconds) {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
    anotherGateway: () => gatewayFor(env.target, database.another()),
    async offered() {
      const to = env.before + 2;
      const plan = scalePlan([...env.target.objects.values()], { web: to, db: to });
      const report = safeReport(plan);
      const rehearsal = await signed(reportKey.sign, report, { takenAt: clock.toISOString() });
      const dossier = dossierOf(plan, rehearsal, clock);
      return { digest: await env.gateway.store(dossier), report, dossier };
    },
    async ready() {
      const offered = await env.offered();
      await env.gateway.approve(offered.digest, 'lea');
      const prepared = await env.gateway.prepare(offered.digest);
      assert.ok(prepared.ready);
      return { ...offered, prepared, preflight: await env.gateway.storePreflight(prepared, offered.report) };
    },
    replicas: (name) => env.target.objects.get(name)?.['spec'].replicas,
    setReplicas: (name, replicas) => Object.assign(env.target.objects.get(name)?.['spec'], { replicas }),
    async recordKindsOf(digest) {
      const ids = [executionId(digest, 'do'), executionId(digest, 'undo')];
      const records = await env.gateway.journal();
      return records.filter(({ body }) => ids.includes((body as any)?.execution)).map(({ kind }) => kind);
    },
    async [Symbol.asyncDispose]() {
      await issuer[Symbol.asyncDispose]();
      await vault[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
  return env;
}

/** Validates the code and message of an error, for assert.rejects. */
export function hasError(code: string, why: RegExp) {
  return (error: AirlockError): boolean => {
    assert.equal(error.code, code);
    assert.match(error.message, why);
    return true;
  };
}

/** Asserts that the execution was invalidated with this first reason. */
export function assertInvalidated(result: { outcome: string; reasons?: string[] }, why: RegExp): void {
  assert.equal(result.outcome, 'invalidated');
  assert.match(result.reasons?.[0] ?? '', why);
}

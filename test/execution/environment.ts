import assert from 'node:assert/strict';
import type { AirlockError } from '../../src/lib/error.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import type { Prepared } from '../../src/domain/execution/execution.ts';
import { executionId } from '../../src/domain/names.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import { startDatabase, type Database } from './database.ts';
import { deployment, dossierOf, observer, oneLead, safeReport, scalePlan, signed } from './fixture.ts';
import { gatewayOn, type Gateway } from './gateway.ts';
import { startIssuer, type TestIssuer } from './issuer.ts';
import { fakeTarget, type FakeTarget } from './target.ts';

/** A dossier in the store that scales web and db, and the report in it. */
export interface Offered {
  digest: Digest;
  dossier: Dossier;
  report: Report;
}

/** Approved, prepared, and rehearsed at the door. */
export interface Ready extends Offered {
  prepared: Prepared & { ready: true };
  door: Digest;
}

/** A gateway on a real database with a target that can be made to fail, fresh for each test. */
export interface World extends AsyncDisposable {
  database: Database;
  issuer: TestIssuer;
  target: FakeTarget;
  gateway: Gateway;
  /** What policy says now. */
  verdict: Verdict;
  /** Replicas that web and db have: other for each test, so that no two dossiers are one. */
  before: number;
  fresh(): void;
  later(seconds: number): void;
  now(): Date;
  anotherGateway(): Gateway;
  /** By default web and db are scaled up by two. */
  offered(): Promise<Offered>;
  ready(): Promise<Ready>;
  replicas(name: string): number;
  setReplicas(name: string, replicas: number): void;
  kindsOf(dossier: Digest): Promise<string[]>;
}

/** The key of the observer in every world. */
export const seal = observer();

export async function startWorld(): Promise<World> {
  const database = await startDatabase();
  let clock = new Date();
  const now = (): Date => clock;
  const issuer = await startIssuer(now);
  const gatewayFor = (target: FakeTarget, pool = database.pools.gateway): Gateway => {
    return gatewayOn({ database, issuer, grants: target.grants, seal, now, verdict: () => world.verdict }, pool);
  };
  const make = (replicas: number): Pick<World, 'target' | 'gateway'> => {
    const target = fakeTarget([deployment('web', replicas), deployment('db', replicas)]);
    return { target, gateway: gatewayFor(target) };
  };
  const world: World = {
    database,
    issuer,
    ...make(0),
    verdict: oneLead,
    before: 0,
    fresh() {
      world.before += 10;
      world.verdict = oneLead;
      Object.assign(world, make(world.before));
    },
    now,
    later: (seconds) => void (clock = new Date(clock.getTime() + seconds * 1000)),
    anotherGateway: () => gatewayFor(world.target, database.another()),
    async offered() {
      const to = world.before + 2;
      const plan = scalePlan([...world.target.objects.values()], { web: to, db: to });
      const report = safeReport(plan);
      const rehearsal = await signed(seal.sign, report, { takenAt: clock.toISOString() });
      const dossier = dossierOf(plan, rehearsal, clock);
      return { digest: await world.gateway.store(dossier), report, dossier };
    },
    async ready() {
      const offered = await world.offered();
      await world.gateway.approve(offered.digest, 'lea');
      const prepared = await world.gateway.prepare(offered.digest);
      assert.ok(prepared.ready);
      return { ...offered, prepared, door: await world.gateway.door(prepared, offered.report) };
    },
    replicas: (name) => world.target.objects.get(name)?.['spec'].replicas,
    setReplicas: (name, replicas) => Object.assign(world.target.objects.get(name)?.['spec'], { replicas }),
    async kindsOf(digest) {
      const ids = [executionId(digest, 'do'), executionId(digest, 'undo')];
      const records = await world.gateway.journal();
      return records.filter(({ body }) => ids.includes((body as any)?.execution)).map(({ kind }) => kind);
    },
    async [Symbol.asyncDispose]() {
      await issuer[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
  return world;
}

/** What a promise was rejected with, for assert.rejects. */
export function refusedBy(code: string, why: RegExp) {
  return (error: AirlockError): boolean => {
    assert.equal(error.code, code);
    assert.match(error.message, why);
    return true;
  };
}

/** Asserts a void outcome with that first reason. */
export function isVoid(result: { outcome: string; reasons?: string[] }, why: RegExp): void {
  assert.equal(result.outcome, 'void');
  assert.match(result.reasons?.[0] ?? '', why);
}

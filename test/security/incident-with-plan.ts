import assert from 'node:assert/strict';
import { dossierSchema } from '../../src/domain/approval/dossier.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Direction, ExecutionResult, PrepareAnswer } from '../../src/domain/execution/execution.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { execute } from '../../src/execution/execute.ts';
import { prepare } from '../../src/execution/prepare.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import { dossierOf, incident, safeReport, signed, type ReportKey } from '../execution/fixture.ts';
import type { Gateway } from '../execution/gateway.ts';
import type { TestIssuer } from '../execution/admission/issuer.ts';

/** An incident with an approved plan. Each call can be made through any gateway. */
export interface PlannedIncident {
  dossier: Digest;
  prepare(gateway?: Gateway): Promise<PrepareAnswer>;
  /** Prepares the execution and stores the report of its preflight. */
  rehearse(): Promise<Digest>;
  execute(direction: Direction, report?: Digest, gateway?: Gateway): Promise<ExecutionResult>;
}

/** What an incident needs. `gateway` is the one that the calls go through by default. */
export interface IncidentContext {
  gateway: Gateway;
  issuer: TestIssuer;
  reportKey: ReportKey;
  now: () => Date;
}

/** Stores and approves a plan of an incident of its own. @param id of the incident. */
export async function incidentWithPlan(context: IncidentContext, id: string, plan: Plan): Promise<PlannedIncident> {
  const { gateway, issuer, reportKey, now } = context;
  const own: Incident = { ...incident, id };
  const report = safeReport(plan);
  const rehearsal = await signed(reportKey.sign, report, { takenAt: now().toISOString(), incident: id });
  const digest = await gateway.store(dossierSchema.parse({ ...dossierOf(plan, rehearsal, now()), incident: id }));
  const decision = await issuer.decide(digest, 'lea', 'approve');
  assert.ok('admitted' in (await admitDecision(gateway.deps, { incident: id, trace: own.trace, decision })));
  const prepareBy = (by: Gateway): Promise<PrepareAnswer> => prepare(by.deps, { incident: own, dossier: digest });
  return {
    dossier: digest,
    prepare: (by = gateway) => prepareBy(by),
    async rehearse() {
      const prepared = await prepareBy(gateway);
      assert.ok(prepared.ready, JSON.stringify(prepared));
      return gateway.storePreflight(prepared, report, { incident: id });
    },
    execute: (direction, given, by = gateway) =>
      execute(by.deps, omitUndefined({ incident: own, dossier: digest, direction, report: given })),
  };
}

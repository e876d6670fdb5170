import assert from 'node:assert/strict';
import { purposeOfDecision, type DecisionAnswer, type Verb } from '../../../src/domain/approval/decision.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { purposeOfEdit, type EditAnswer } from '../../../src/domain/approval/edit.ts';
import type { Incident } from '../../../src/domain/incident/incident.ts';
import { unverifiedClaims } from '../../../src/domain/approval/token-claims.ts';
import type { Person } from '../../../src/domain/approval/decision-token.ts';
import type { Report } from '../../../src/domain/rehearsal/report.ts';
import {
  incidentOfRequest,
  purposeOfRequest,
  type GivenParameters,
  type Request,
  type RequestAnswer,
  type IncidentRequest,
} from '../../../src/domain/approval/request.ts';
import { admitDecision } from '../../../src/execution/admission/admit-decision.ts';
import { admitEdit } from '../../../src/execution/admission/admit-edit.ts';
import { admitRequest } from '../../../src/execution/admission/admit-request.ts';
import { prepare } from '../../../src/execution/prepare.ts';
import { execute } from '../../../src/execution/execute.ts';
import type { ExecutionResult, PrepareAnswer } from '../../../src/domain/execution/execution.ts';
import { decideAlone } from '../../decide-alone.ts';
import { dossierOf, safeReport, scalePlan, signed } from '../fixture.ts';
import type { Forgery } from './issuer.ts';
import { reportKey, type TestEnvironment } from '../environment.ts';

export const sampleRequest: Request = {
  cluster: 'east',
  requested: { kind: 'playbook', playbook: 'capacity', parameters: { namespace: 'shop', deployment: 'web', to: 6 } },
  reason: 'the sale begins',
};

/** A stored dossier of one step and its rehearsal report. */
export interface OneStep {
  incident: Incident;
  digest: Digest;
  report: Report;
}

/** People who send requests, decisions and edits to the gateway of a test environment, and what the workflow sends. */
export interface People {
  /** A request with its token, and the incident that it opens. */
  request(subject: string, change?: Partial<Request>, forgery?: Forgery): Promise<IncidentRequest>;
  /** The sample request with this token, and the incident that it opens. */
  requestWith(token: string): IncidentRequest;
  submit(input: IncidentRequest): Promise<RequestAnswer>;
  /** Stores a dossier of an incident that adds this many replicas to web. */
  offer(incident: Incident, by: number, requesters?: Person[]): Promise<OneStep>;
  decide(of: OneStep, subject: string, verb?: Verb): Promise<DecisionAnswer>;
  edit(of: OneStep, subject: string, parameters: GivenParameters, token?: string): Promise<EditAnswer>;
  /** The token of an edit that is not sent. */
  editToken(of: OneStep, subject: string, parameters: GivenParameters): Promise<string>;
  prepare(of: OneStep): Promise<PrepareAnswer>;
  execute(of: OneStep, prepared: PrepareAnswer): Promise<ExecutionResult>;
  /** Rows of requests and edits in the archive. */
  recordCount(): Promise<number>;
}

const reason = 'so it is better';

function requestWith(token: string, request: Request = sampleRequest): IncidentRequest {
  const claims = unverifiedClaims(token) ?? assert.fail();
  const { cluster } = request;
  const incident = { ...incidentOfRequest(cluster, claims), cluster, trace: 'trace-1' };
  return { incident, request: { ...request, token } };
}

/** Each call uses the environment's gateway as it is at that moment. */
export function peopleOf(env: TestEnvironment): People {
  const deps = () => env.gateway.deps;
  const editToken: People['editToken'] = ({ digest: dossier }, subject, parameters) =>
    env.issuer.issueToken(purposeOfEdit({ dossier, parameters, reason }), subject);
  return {
    async request(subject, change = {}, forgery = {}) {
      const request = { ...sampleRequest, ...change };
      return requestWith(await env.issuer.issueToken(purposeOfRequest(request), subject, forgery), request);
    },
    requestWith,
    submit: (input) => admitRequest(deps(), input),
    async offer(incident, by, requesters = []) {
      const plan = scalePlan([...env.target.objects.values()], { web: env.replicas('web') + by });
      const report = safeReport(plan);
      const takenAt = env.now().toISOString();
      const rehearsal = await signed(reportKey.sign, report, { takenAt, incident: incident.id });
      const dossier = { ...dossierOf(plan, rehearsal, env.now()), incident: incident.id, requesters };
      return { incident, report, digest: await deps().blobs.put(dossier) };
    },
    async decide({ incident, digest: dossier }, subject, verb = 'approve') {
      const decision = decideAlone({ dossier, verb, reason });
      const token = await env.issuer.issueToken(purposeOfDecision(decision), subject);
      return admitDecision(deps(), { incident: incident.id, trace: incident.trace, decision: { ...decision, token } });
    },
    async edit(of, subject, parameters, token) {
      const { incident, digest: dossier } = of;
      const edit = { dossier, parameters, reason, token: token ?? (await editToken(of, subject, parameters)) };
      return admitEdit(deps(), { incident: incident.id, trace: incident.trace, edit });
    },
    editToken,
    prepare: ({ incident, digest: dossier }) => prepare(deps(), { incident, dossier }),
    async execute({ incident, digest: dossier, report }, prepared) {
      const preflight = await env.gateway.storePreflight(prepared, report, { incident: incident.id });
      return execute(deps(), { incident, dossier, direction: 'do', report: preflight });
    },
    async recordCount() {
      const { rows } = await env.database.pools.gateway.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM admissions WHERE kind <> 'decision'",
      );
      return rows[0]?.n ?? 0;
    },
  };
}

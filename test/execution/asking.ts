import { proofOfDecision, type Verb } from '../../src/domain/approval/decision.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { proofOfEdit } from '../../src/domain/approval/edit.ts';
import type { Incident } from '../../src/domain/incident/incident.ts';
import { unverifiedClaims } from '../../src/domain/approval/token-claims.ts';
import type { Person } from '../../src/domain/approval/decision-token.ts';
import type { DecisionAnswer, EditAnswer, RequestAnswer, RequestOn } from '../../src/domain/ports.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import {
  incidentOfRequest,
  proofOfRequest,
  type GivenParameters,
  type Request,
} from '../../src/domain/approval/request.ts';
import { admit } from '../../src/execution/admission/admit-decision.ts';
import { admitEdit } from '../../src/execution/admission/admit-edit.ts';
import { admitRequest } from '../../src/execution/admission/admit-request.ts';
import { prepare } from '../../src/execution/prepare.ts';
import { execute } from '../../src/execution/execute.ts';
import type { ExecutionResult, Prepared } from '../../src/domain/execution/execution.ts';
import { dossierOf, safeReport, scalePlan, signed } from './fixture.ts';
import type { Forgery } from './issuer.ts';
import { seal, type World } from './environment.ts';

export const wish: Request = {
  cluster: 'east',
  wanted: { kind: 'playbook', playbook: 'capacity', parameters: { namespace: 'shop', deployment: 'web', to: 6 } },
  reason: 'the sale begins',
};

/** A dossier of one step and the report in it. */
export interface OneStep {
  incident: Incident;
  digest: Digest;
  report: Report;
}

/** People who ask a gateway, and what comes of it. */
export interface Asking {
  /** A request with its proof, and the incident that is its own. */
  signed(subject: string, change?: Partial<Request>, forgery?: Forgery): Promise<RequestOn>;
  ask(on: RequestOn): Promise<RequestAnswer>;
  /** A dossier of an incident that scales web by so many. */
  offer(incident: Incident, by: number, requesters?: Person[]): Promise<OneStep>;
  decide(of: OneStep, subject: string, verb?: Verb): Promise<DecisionAnswer>;
  edit(of: OneStep, subject: string, parameters: GivenParameters, proof?: string): Promise<EditAnswer>;
  proofOfEdit(of: OneStep, subject: string, parameters: GivenParameters): Promise<string>;
  prepare(of: OneStep): Promise<Prepared>;
  execute(of: OneStep, prepared: Prepared): Promise<ExecutionResult>;
  rows(): Promise<number>;
}

const reason = 'so it is better';

/** Asks the gateway of a world as it is at each call. */
export function askingOf(world: World): Asking {
  const deps = () => world.gateway.deps;
  const editProof: Asking['proofOfEdit'] = ({ digest: dossier }, subject, parameters) =>
    world.issuer.prove(proofOfEdit({ dossier, parameters, reason }), subject);
  return {
    async signed(subject, change = {}, forgery = {}) {
      const request = { ...wish, ...change };
      const proof = await world.issuer.prove(proofOfRequest(request), subject, forgery);
      const { iat } = unverifiedClaims(proof) ?? { iat: 0 };
      const { cluster } = request;
      const incident = { ...incidentOfRequest({ cluster, proof }, { iat }), cluster, trace: 'trace-1' };
      return { incident, request: { ...request, proof } };
    },
    ask: (on) => admitRequest(deps(), on),
    async offer(incident, by, requesters = []) {
      const plan = scalePlan([...world.target.objects.values()], { web: world.replicas('web') + by });
      const report = safeReport(plan);
      const takenAt = world.now().toISOString();
      const rehearsal = await signed(seal.sign, report, { takenAt, incident: incident.id });
      const dossier = { ...dossierOf(plan, rehearsal, world.now()), incident: incident.id, requesters };
      return { incident, report, digest: await deps().blobs.put(dossier) };
    },
    async decide({ incident, digest: dossier }, subject, verb = 'approve') {
      const decision = { dossier, verb, reason };
      const proof = await world.issuer.prove(proofOfDecision(decision), subject);
      return admit(deps(), { incident: incident.id, trace: incident.trace, decision: { ...decision, proof } });
    },
    async edit(of, subject, parameters, proof) {
      const { incident, digest: dossier } = of;
      const edit = { dossier, parameters, reason, proof: proof ?? (await editProof(of, subject, parameters)) };
      return admitEdit(deps(), { incident: incident.id, trace: incident.trace, edit });
    },
    proofOfEdit: editProof,
    prepare: ({ incident, digest: dossier }) => prepare(deps(), { incident, dossier }),
    async execute({ incident, digest: dossier, report }, prepared) {
      const door = await world.gateway.door(prepared, report, { incident: incident.id });
      return execute(deps(), { incident, dossier, direction: 'do', report: door });
    },
    async rows() {
      const { rows } = await world.database.pools.gateway.query<{ n: number }>('SELECT count(*)::int AS n FROM asks');
      return rows[0]?.n ?? 0;
    },
  };
}

import { sameJson } from '../../lib/json.ts';
import type { ClusterFacts } from '../../domain/policy/policy-input.ts';
import type { Journal, RequestAnswer, RequestOn } from '../../domain/ports.ts';
import {
  incidentOfRequest,
  nameOfWish,
  proofOfRequest,
  requestSchema,
  type ProvenRequest,
} from '../../domain/approval/request.ts';
import { digestOfProof } from '../../domain/approval/decision-token.ts';
import { note } from '../append-record.ts';
import type { Ask, Asks } from '../ports.ts';
import { prove, type ProveDeps } from './verify-token.ts';

export interface AdmitRequestDeps extends ProveDeps {
  asks: Asks;
  journal: Journal;
  clusters: readonly ClusterFacts[];
  /** Groups whose members may ask. */
  requesterGroups: readonly string[];
  clock: () => Date;
}

type RequestAsk = Ask & { kind: 'request' };

/**
 * Admits a request at the moment it arrives, or says why not; whoever its proof names is its requester from then on. Sent
 * again with the same proof: the same answer, counted once, for the one incident that the proof itself determines.
 * @throws AirlockError (retry) when the issuer, the archive or the journal cannot be asked.
 */
export async function admitRequest(deps: AdmitRequestDeps, on: RequestOn): Promise<RequestAnswer> {
  const { incident, request } = on;
  const earlier = await deps.asks.find(request.proof);
  if (earlier && isSame(earlier, on)) return { admitted: answerOf(earlier) };
  const judged = await judge(deps, on);
  const { cluster, wanted, reason } = request;
  const said = { cluster, wanted, reason, proof: digestOfProof(request.proof) };
  const subject = { incident: incident.id, trace: incident.trace };
  const name = nameOfWish(wanted);
  if ('refused' in judged) {
    const body = { ...said, why: judged.refused };
    await note(deps.journal, 'request.refused', subject, { fact: `${name} refused: ${judged.refused}`, body });
    return judged;
  }
  const { issuer, subject: who, groups } = judged;
  const body = { ...said, issuer, subject: who, groups };
  await note(deps.journal, 'request.admitted', subject, { fact: `${name} asked for by ${who}: ${reason}`, body });
  return { admitted: answerOf(await deps.asks.add(judged)) };
}

async function judge(
  deps: AdmitRequestDeps,
  { incident, request }: RequestOn,
): Promise<RequestAsk | { refused: string }> {
  const { proof, ...asked } = request;
  if (asked.cluster !== incident.cluster) return { refused: 'the request is for another cluster' };
  if (!deps.clusters.some(({ name }) => name === asked.cluster)) {
    return { refused: `cluster ${asked.cluster} is not configured for the gateway` };
  }
  const now = deps.clock();
  const proven = await prove(deps, proofOfRequest(asked), { proof, now });
  if ('refused' in proven) return proven;
  const { iss: issuer, sub: subject, groups } = proven.claims;
  const own = incidentOfRequest(request, proven.claims);
  if (own.id !== incident.id || own.startsAt !== incident.startsAt) {
    return { refused: `the request opens incident ${own.id}, no other` };
  }
  if (!groups.some((group) => deps.requesterGroups.includes(group))) {
    return { refused: `${subject} is in none of the groups that may ask: ${deps.requesterGroups.join(', ')}` };
  }
  const admittedAt = now.toISOString();
  return {
    kind: 'request',
    incident: own.id,
    request: asked,
    proof,
    issuer,
    subject,
    groups,
    key: proven.key,
    admittedAt,
  };
}

function isSame(ask: Ask, { incident, request }: RequestOn): ask is RequestAsk {
  const { proof: _, ...asked } = request satisfies ProvenRequest;
  return ask.kind === 'request' && ask.incident === incident.id && sameJson(ask.request, requestSchema.parse(asked));
}

function answerOf({ issuer, subject, admittedAt }: Ask) {
  return { issuer, subject, admittedAt };
}

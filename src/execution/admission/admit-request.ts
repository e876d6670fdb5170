import { sameJson } from '../../lib/json/json.ts';
import type { ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { Journal } from '../../domain/journal/ports.ts';
import {
  incidentOfRequest,
  nameOfRequestedChange,
  purposeOfRequest,
  requestSchema,
  type RequestAnswer,
  type IncidentRequest,
  type SubmittedRequest,
} from '../../domain/approval/request.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord } from '../append-record.ts';
import type { RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyToken, type VerifyTokenDeps } from './verify-token.ts';

/** What `admitRequest` needs from outside. */
export interface AdmitRequestDeps extends VerifyTokenDeps {
  requesterRecords: RequesterRecords;
  journal: Journal;
  clusters: readonly ClusterClassification[];
  /** Groups whose members may make requests. */
  requesterGroups: readonly string[];
  clock: () => Date;
}

type RequestRecord = RequesterRecord & { kind: 'request' };

/**
 * Admits a request that arrives, or refuses the request with a reason. The person whom the token identifies becomes the
 * requester. The token determines the incident's id, so one token can open only one incident. If an admitted request
 * arrives again, the answer is the same.
 * @throws AirlockError (retry) if the OIDC issuer, the archive or the journal does not answer.
 */
export async function admitRequest(deps: AdmitRequestDeps, input: IncidentRequest): Promise<RequestAnswer> {
  const { incident, request } = input;
  const earlier = await deps.requesterRecords.find(request.token);
  if (earlier && isSame(earlier, input)) return { admitted: answerOf(earlier) };
  const judged = await judge(deps, input);
  const { cluster, requested, reason } = request;
  const recorded = { cluster, requested, reason, token: digestOfToken(request.token) };
  const context = { incident: incident.id, trace: incident.trace };
  const name = nameOfRequestedChange(requested);
  if ('refused' in judged) {
    const message = `request for ${name} refused: ${judged.refused}`;
    const body = { ...recorded, why: judged.refused };
    await appendRecord(deps.journal, 'request.refused', context, { message, body });
    return judged;
  }
  const { issuer, subject, groups } = judged;
  const message = `${name} requested by ${subject}: ${reason}`;
  const body = { ...recorded, issuer, subject, groups };
  await appendRecord(deps.journal, 'request.admitted', context, { message, body });
  return { admitted: answerOf(await deps.requesterRecords.add(judged)) };
}

async function judge(
  deps: AdmitRequestDeps,
  { incident, request }: IncidentRequest,
): Promise<RequestRecord | { refused: string }> {
  const { token, ...content } = request;
  if (content.cluster !== incident.cluster) return { refused: 'the request is for another cluster than the incident' };
  if (!deps.clusters.some(({ name }) => name === content.cluster)) {
    return { refused: `cluster ${content.cluster} is not configured for the gateway` };
  }
  const now = deps.clock();
  const verified = await verifyToken(deps, purposeOfRequest(content), { token, now });
  if ('refused' in verified) return verified;
  const { iss: issuer, sub: subject, groups } = verified.claims;
  const opened = incidentOfRequest(request, verified.claims);
  if (opened.id !== incident.id || opened.startsAt !== incident.startsAt) {
    return { refused: `the token opens incident ${opened.id} with start ${opened.startsAt}, not this incident` };
  }
  if (!groups.some((group) => deps.requesterGroups.includes(group))) {
    return {
      refused: `${subject} is in none of the groups that may make requests: ${deps.requesterGroups.join(', ')}`,
    };
  }
  const admittedAt = now.toISOString();
  return {
    kind: 'request',
    incident: opened.id,
    request: content,
    token,
    issuer,
    subject,
    groups,
    key: verified.key,
    admittedAt,
  };
}

/** Compares an admitted request or edit with a request that has the same token. */
function isSame(record: RequesterRecord, { incident, request }: IncidentRequest): record is RequestRecord {
  const { token: _, ...content } = request satisfies SubmittedRequest;
  if (record.kind !== 'request' || record.incident !== incident.id) return false;
  return sameJson(record.request, requestSchema.parse(content));
}

function answerOf({ issuer, subject, admittedAt }: RequesterRecord) {
  return { issuer, subject, admittedAt };
}

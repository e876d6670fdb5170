import { sameJson } from '../../lib/json/json.ts';
import type { ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { Journal } from '../../domain/journal/ports.ts';
import {
  incidentOfRequest,
  describeRequest,
  purposeOfRequest,
  requestSchema,
  type RequestAnswer,
  type RequestInput,
  type SubmittedRequest,
} from '../../domain/approval/request.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord } from '../append-record.ts';
import type { RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyToken, type VerifyTokenDeps } from './verify-token.ts';

/** What admitting requests needs from outside. */
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
 * Admits an arriving request, or refuses it with a reason. The person whom the token identifies becomes the requester.
 * The incident's id is derived from the token, so one token can open only one incident. If an admitted request arrives
 * again, the answer is the same, and the request counts once.
 * @throws AirlockError (retry) when the OIDC issuer, the archive or the journal does not answer.
 */
export async function admitRequest(deps: AdmitRequestDeps, input: RequestInput): Promise<RequestAnswer> {
  const { incident, request } = input;
  const earlier = await deps.requesterRecords.find(request.token);
  if (earlier && isSame(earlier, input)) return { admitted: answerOf(earlier) };
  const judged = await judge(deps, input);
  const { cluster, requested, reason } = request;
  const content = { cluster, requested, reason, token: digestOfToken(request.token) };
  const record = { incident: incident.id, trace: incident.trace };
  const name = describeRequest(requested);
  if ('refused' in judged) {
    const body = { ...content, why: judged.refused };
    await appendRecord(deps.journal, 'request.refused', record, {
      message: `${name} refused: ${judged.refused}`,
      body,
    });
    return judged;
  }
  const { issuer, subject, groups } = judged;
  const body = { ...content, issuer, subject, groups };
  const message = `${name} requested by ${subject}: ${reason}`;
  await appendRecord(deps.journal, 'request.admitted', record, { message, body });
  return { admitted: answerOf(await deps.requesterRecords.add(judged)) };
}

async function judge(
  deps: AdmitRequestDeps,
  { incident, request }: RequestInput,
): Promise<RequestRecord | { refused: string }> {
  const { token, ...content } = request;
  if (content.cluster !== incident.cluster) return { refused: 'the request is for another cluster' };
  if (!deps.clusters.some(({ name }) => name === content.cluster)) {
    return { refused: `cluster ${content.cluster} is not configured for the gateway` };
  }
  const now = deps.clock();
  const verified = await verifyToken(deps, purposeOfRequest(content), { token, now });
  if ('refused' in verified) return verified;
  const { iss: issuer, sub: subject, groups } = verified.claims;
  const opened = incidentOfRequest(request, verified.claims);
  if (opened.id !== incident.id || opened.startsAt !== incident.startsAt) {
    return { refused: `the token of the request opens incident ${opened.id}, not this one` };
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

function isSame(record: RequesterRecord, { incident, request }: RequestInput): record is RequestRecord {
  const { token: _, ...content } = request satisfies SubmittedRequest;
  if (record.kind !== 'request' || record.incident !== incident.id) return false;
  return sameJson(record.request, requestSchema.parse(content));
}

function answerOf({ issuer, subject, admittedAt }: RequesterRecord) {
  return { issuer, subject, admittedAt };
}

import { sameAdmission, type Admission } from '../../domain/approval/admission.ts';
import type { ClusterClassification } from '../../domain/policy/policy-input.ts';
import type { Journal } from '../../domain/journal/ports.ts';
import {
  incidentOfRequest,
  nameOfRequestedChange,
  purposeOfRequest,
  requestSchema,
  type RequestAnswer,
  type IncidentRequest,
} from '../../domain/approval/request.ts';
import { detailOfRequest } from '../../domain/approval/authorization-details.ts';
import { withoutGroups } from '../../domain/approval/approval.ts';
import type { Refusal } from '../../domain/approval/sign-in.ts';
import { digestOfToken } from '../../domain/approval/decision-token.ts';
import { appendRecord, causeOf } from '../append-record.ts';
import type { Admissions, VerifiedSubmission } from './admissions.ts';
import { useSignIn, type SignInDeps } from './use-sign-in.ts';
import { verifyToken, type AdmitTokenDeps } from './verify-token.ts';

/** What `admitRequest` needs from outside. */
export interface AdmitRequestDeps extends AdmitTokenDeps, SignInDeps {
  admissions: Admissions;
  journal: Journal;
  clusters: readonly ClusterClassification[];
  /** Groups whose members may make requests. */
  requesterGroups: readonly string[];
  clock: () => Date;
}

/**
 * Admits a request that arrives, or refuses the request with a reason. The person whom the token identifies becomes the
 * requester. Sign-in and nonce determine the incident's id, so one sign-in can open only one incident. If an admitted
 * request arrives again, also with another token of the same sign-in, the answer is the same.
 * @throws AirlockError (retry) if the OIDC issuer, Vault or the journal does not answer; the errors of `Admissions`, for
 * example `archive-corrupt`, and of `useSignIn`.
 */
export async function admitRequest(deps: AdmitRequestDeps, input: IncidentRequest): Promise<RequestAnswer> {
  const { token, ...sent } = input.request;
  const context = { incident: input.incident.id, trace: input.incident.trace };
  const content = requestSchema.parse(sent);
  const admissions = await deps.admissions.of(context);
  const earlier = sameAdmission(admissions, { kind: 'request', content }, token);
  if (earlier) return { admitted: answerOf(earlier) };
  const judged = await judge(deps, input);
  if ('refused' in judged) {
    const message = `request for ${nameOfRequestedChange(content.requested)} refused: ${judged.refused}`;
    const body = { ...content, token: digestOfToken(token), ...causeOf(judged) };
    await appendRecord(deps.journal, 'request.refused', context, { message, body });
    return judged;
  }
  return { admitted: answerOf(await deps.admissions.add(context, judged)) };
}

async function judge(
  deps: AdmitRequestDeps,
  { incident, request }: IncidentRequest,
): Promise<VerifiedSubmission | Refusal> {
  const { token, ...sent } = request;
  const content = requestSchema.parse(sent);
  if (content.cluster !== incident.cluster) return { refused: 'the request is for another cluster than the incident' };
  if (!deps.clusters.some(({ name }) => name === content.cluster)) {
    return { refused: `cluster ${content.cluster} is not configured for the gateway` };
  }
  const now = deps.clock();
  const verified = await verifyToken(deps, purposeOfRequest(content), {
    token,
    now,
    detail: detailOfRequest(content),
  });
  if ('refused' in verified) return verified;
  const { sub: subject, groups } = verified.claims;
  const opened = incidentOfRequest(content.cluster, verified.claims);
  if (opened.id !== incident.id || opened.startsAt !== incident.startsAt) {
    return { refused: `the token opens incident ${opened.id} with start ${opened.startsAt}, not this incident` };
  }
  if (groups.length === 0) return { refused: withoutGroups(subject, 'request') };
  if (!groups.some((group) => deps.requesterGroups.includes(group))) {
    return {
      refused: `${subject} is in none of the groups that may make requests: ${deps.requesterGroups.join(', ')}`,
    };
  }
  const used = await useSignIn(deps, verified.claims);
  if (used) return used;
  return { kind: 'request', content, token, ...verified, admittedAt: now.toISOString() };
}

function answerOf({ issuer, subject, admittedAt }: Admission) {
  return { issuer, subject, admittedAt };
}

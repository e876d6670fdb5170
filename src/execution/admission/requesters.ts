import { purposeOfEdit } from '../../domain/approval/edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Person, TokenPurpose } from '../../domain/approval/decision-token.ts';
import { purposeOfRequest } from '../../domain/approval/request.ts';
import type { ExecutionContext } from '../checks/execution-context.ts';
import type { RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyArchivedToken, type VerifyTokenDeps } from './verify-token.ts';

/** What `requestersOf` and `notInvalidated` need from outside. */
export interface RequestersDeps extends VerifyTokenDeps {
  requesterRecords: RequesterRecords;
}

/**
 * Returns the requesters, whose approvals of a dossier do not count: the requesters that the dossier names, and the
 * requesters in the gateway's own archive. The archive has everybody who requested the dossier's incident or edited a
 * dossier of this incident. The archive is needed, because a compromised governance process could leave people out of
 * the dossier. Each archived token is verified again.
 * @param until time, ISO 8601. Requests and edits that were admitted after this time are ignored. Without this limit, a
 * person's later edit could make their earlier approval invalid.
 * @throws AirlockError `token-corrupt`; (retry) if the archive does not answer.
 */
export async function requestersOf(
  deps: RequestersDeps,
  { incident, requesters }: Pick<Dossier, 'incident' | 'requesters'>,
  until?: string,
): Promise<Person[]> {
  const records = await deps.requesterRecords.ofIncident(incident);
  const counted = records.filter(({ admittedAt }) => until === undefined || admittedAt <= until);
  const archived = await Promise.all(
    counted.map(async (record) => {
      const purpose = { ...purposeOfRecord(record), what: record.incident };
      const { iss: issuer, sub: subject } = await verifyArchivedToken(deps, purpose, record);
      return { issuer, subject };
    }),
  );
  return [...requesters, ...archived];
}

function purposeOfRecord(record: RequesterRecord): TokenPurpose {
  return record.kind === 'request' ? purposeOfRequest(record.request) : purposeOfEdit(record.edit);
}

/**
 * Checks that no edit has invalidated the dossier. Checks nothing if the execution has already started, because the
 * gateway admits no edit after the start.
 * @returns the reason why the execution may not start; empty if there is no reason.
 */
export async function notInvalidated(
  { digest, startedAt }: ExecutionContext,
  { requesterRecords }: RequestersDeps,
): Promise<string[]> {
  if (startedAt) return [];
  const edit = await requesterRecords.editOf(digest);
  return edit ? [invalidatedBy(edit)] : [];
}

/** Returns the reason to refuse an edited dossier. The dossier is refused for decisions, edits and executions. */
export function invalidatedBy(editor: Person): string {
  return `the dossier is invalidated: ${editor.subject} edited its parameters, so Airlock makes a new plan`;
}

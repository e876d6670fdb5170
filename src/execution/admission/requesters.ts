import { purposeOfEdit } from '../../domain/approval/edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Person, TokenPurpose } from '../../domain/approval/decision-token.ts';
import { purposeOfRequest } from '../../domain/approval/request.ts';
import type { ExecutionContext } from '../checks/execution-context.ts';
import type { RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyArchivedToken, type VerifyTokenDeps } from './verify-token.ts';

/** What `requestersOf` needs from outside. */
export interface RequestersDeps extends VerifyTokenDeps {
  requesterRecords: RequesterRecords;
}

/**
 * Returns the people whose approval of a dossier does not count: the requesters whom the dossier names, and everybody
 * whose request or edit for the dossier's incident is in the gateway's own archive. The archive is needed, because a
 * compromised governance process could leave names out of the dossier. Each archived token is verified again.
 * @param until time, ISO 8601. Requests and edits that were admitted later are ignored. Otherwise a later edit could
 * take away the approval of the person who made it, although the approvals were enough at this time.
 * @throws AirlockError `token-corrupt`.
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
 * Checks that nobody has edited the dossier. No edit is admitted any more once the execution has started.
 * @returns the reason why the execution may not start; empty if the execution may start or has started.
 */
export async function notInvalidated(
  { digest, startedAt }: ExecutionContext,
  { requesterRecords }: RequestersDeps,
): Promise<string[]> {
  if (startedAt) return [];
  const edit = await requesterRecords.editOf(digest);
  return edit ? [invalidatedBy(edit)] : [];
}

/** Returns the reason why an edited dossier may be neither executed nor decided on. */
export function invalidatedBy(editor: Person): string {
  return `the dossier is invalidated: ${editor.subject} edited its parameters, so a new dossier replaces it`;
}

import { purposeOfEdit } from '../../domain/approval/edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Person, TokenPurpose } from '../../domain/approval/decision-token.ts';
import { purposeOfRequest } from '../../domain/approval/request.ts';
import type { ExecutionContext } from '../checks/execution-context.ts';
import type { RequesterRecord, RequesterRecords } from '../ports.ts';
import { verifyArchivedToken, type VerifyTokenDeps } from './verify-token.ts';

/** What finding the requesters needs from outside. */
export interface RequestersDeps extends VerifyTokenDeps {
  requesterRecords: RequesterRecords;
}

/**
 * The people whose approval of a dossier does not count: the requesters that it names, and those whose requests and edits
 * for its incident are in the gateway's own archive, because a compromised governance process could leave names out.
 * Each archived token is verified again.
 * @param until ISO 8601: ignores later records, which do not revoke an approval that was sufficient by then.
 * @throws AirlockError `token-corrupt`.
 */
export async function requestersOf(
  deps: RequestersDeps,
  { incident, requesters }: Pick<Dossier, 'incident' | 'requesters'>,
  until?: string,
): Promise<Person[]> {
  const records = await deps.requesterRecords.ofIncident(incident);
  const counted = records.filter(({ admittedAt }) => until === undefined || admittedAt <= until);
  const own = await Promise.all(
    counted.map(async (record) => {
      const purpose = { ...purposeOfRecord(record), what: record.incident };
      const { iss: issuer, sub: subject } = await verifyArchivedToken(deps, purpose, record);
      return { issuer, subject };
    }),
  );
  return [...requesters, ...own];
}

function purposeOfRecord(record: RequesterRecord): TokenPurpose {
  return record.kind === 'request' ? purposeOfRequest(record.request) : purposeOfEdit(record.edit);
}

/** An edit invalidates its dossier, except for an execution that had already started. */
export async function notInvalidated(
  { digest, startedAt }: ExecutionContext,
  { requesterRecords }: RequestersDeps,
): Promise<string[]> {
  if (startedAt) return [];
  const edit = await requesterRecords.editOf(digest);
  return edit ? [invalidatedBy(edit)] : [];
}

/** Why an edited dossier no longer counts. */
export function invalidatedBy({ subject }: Person): string {
  return `the dossier is invalidated: ${subject} edited its parameters, so a new dossier replaces it`;
}

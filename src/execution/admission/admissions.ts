import {
  purposeOfSubmission,
  recordOfAdmission,
  sameAdmission,
  submissionSchemas,
  type Admission,
  type Submission,
} from '../../domain/approval/admission.ts';
import { digestOfToken, type TokenClaims } from '../../domain/approval/decision-token.ts';
import { signInId } from '../../domain/approval/sign-in.ts';
import type { Journal } from '../../domain/journal/ports.ts';
import { digestOf } from '../../lib/digest.ts';
import { refused } from '../../lib/error.ts';
import { canonicalJson, type Json } from '../../lib/json/json.ts';
import type { Logger } from '../../platform/logger.ts';
import { appendRecord, type RecordContext } from '../append-record.ts';
import type { SignedJournal } from '../checkpoints/signed-journal.ts';
import type { AdmissionArchive, ArchivedAdmission, RowContent, RowMacs } from '../ports.ts';
import { archiveProblems, type RecordedAdmission } from './archive-problems.ts';
import { verifyArchivedToken, type VerifyTokenDeps } from './verify-token.ts';

/** What the admissions need from outside. */
export interface AdmissionsDeps extends VerifyTokenDeps {
  archive: AdmissionArchive;
  macs: RowMacs;
  signedJournal: Pick<SignedJournal, 'recordsOf'>;
  journal: Journal;
  log: Pick<Logger, 'error'>;
}

/** A submission whose token the gateway has just verified. */
export type VerifiedSubmission = Submission & {
  token: string;
  claims: TokenClaims;
  /** The public key that verified the token's signature, as a JWK. */
  key: Json;
  /** ISO 8601. */
  admittedAt: string;
};

/**
 * The gateway's admitted decisions, requests and edits. Nothing in the database proves itself: an admission counts only
 * if its row has a valid MAC, its token is valid, and the signed journal has its record.
 *
 * Every method throws AirlockError `archive-corrupt` if the archive has a row that the gateway did not write, or lacks
 * a row that the journal has; `journal-corrupt`; `token-corrupt`; the errors of Vault and of the stores.
 */
export interface Admissions {
  /** Returns all admissions of one incident, in no particular order. */
  of(context: RecordContext): Promise<Admission[]>;
  /**
   * Archives a submission and its journal record, and signs a checkpoint that covers this record. If the same content
   * was admitted before after the same sign-in, changes nothing.
   * @returns the admission, as the archive now has it.
   */
  add(context: RecordContext, submission: VerifiedSubmission): Promise<Admission>;
}

/** Creates the admissions. */
export function createAdmissions(deps: AdmissionsDeps): Admissions {
  const of = async (context: RecordContext): Promise<Admission[]> => {
    // The records are read first. An admission commits its row together with its record, so each of these records has
    // its row now. A row with a later record was admitted after `size` was read, and is left out.
    const { size, records } = await deps.signedJournal.recordsOf(context.incident);
    const rows = await verifiedRows(deps, context);
    const admissions = await Promise.all(rows.map((row) => admissionOf(deps, row)));
    const recorded = admissions.filter(({ record }) => record <= size);
    const problems = archiveProblems(recorded, records);
    if (problems.length > 0) await refuse(deps, context, problems);
    return recorded;
  };
  return {
    of,
    async add(context, submission) {
      const { kind, content, claims, admittedAt } = submission;
      const { iss: issuer, sub: subject, groups } = claims;
      const token = digestOfToken(submission.token);
      const signIn = signInId(claims);
      const record = recordOfAdmission({ ...submission, token, signIn, issuer, subject, groups });
      const row = {
        kind,
        incident: context.incident,
        content: canonicalJson(content),
        token: submission.token,
        key: canonicalJson(submission.key),
        admittedAt,
      };
      const [mac = ''] = await deps.macs.make([rowContent(row)]);
      const id = digestOf([signIn, kind, row.content]);
      await deps.archive.add({ ...row, id, mac }, { ...context, ...record });
      const added = sameAdmission(await of(context), submission, submission.token);
      return (
        added ?? refuse(deps, context, ['another incident has a row with the sign-in and content of an admission'])
      );
    },
  };
}

/** Reads the rows of an incident and verifies the MAC of each row. */
async function verifiedRows(deps: AdmissionsDeps, context: RecordContext): Promise<ArchivedAdmission[]> {
  const rows = await deps.archive.ofIncident(context.incident);
  const valid = await deps.macs.verify(rows.map((row) => ({ ...rowContent(row), mac: row.mac })));
  const foreign = valid.filter((isValid) => !isValid).length;
  if (foreign > 0) await refuse(deps, context, [`the MAC of ${foreign} of ${rows.length} rows is wrong`]);
  return rows;
}

function rowContent(row: Omit<ArchivedAdmission, 'record' | 'mac'>): RowContent {
  const { kind, incident, content, token, key, admittedAt } = row;
  return { table: 'admissions', columns: [kind, incident, content, token, key, admittedAt] };
}

/** Returns the admission of a row with a valid MAC. Verifies the token of the row again. */
async function admissionOf(deps: AdmissionsDeps, row: ArchivedAdmission): Promise<RecordedAdmission> {
  const { kind, incident, token, admittedAt, record } = row;
  const content: unknown = submissionSchemas[kind].parse(JSON.parse(row.content));
  const submission = { kind, content } as Submission;
  const purpose = { ...purposeOfSubmission(submission), what: incident };
  const archived = { token, key: JSON.parse(row.key) as Json, admittedAt };
  const claims = await verifyArchivedToken(deps, purpose, archived);
  const { iss: issuer, sub: subject, groups, acr, amr } = claims;
  const person = { issuer, subject, groups, acr, amr, signIn: signInId(claims) };
  return { ...submission, ...person, token: digestOfToken(token), admittedAt, record };
}

/** Logs and records that the archive was changed, and throws `archive-corrupt`. */
async function refuse({ log, journal }: AdmissionsDeps, context: RecordContext, problems: string[]): Promise<never> {
  const why = problems.join('; ');
  const { incident } = context;
  log.error({ incident, problem: why }, "ATTACK: SOMEBODY CHANGED THE ARCHIVE OF THE GATEWAY'S ADMISSIONS");
  const message = `the gateway refuses the archive of its admissions for ${incident}: ${why}`;
  await appendRecord(journal, 'archive.refused', context, { message, body: { problems } });
  const next =
    'Keep a copy of the database, and find out who changed the table admissions. Then request the repair again, because this incident stays refused';
  throw refused('archive-corrupt', `${message}. ${next}`, { incident });
}

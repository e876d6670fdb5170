import { dossierSchema, type Dossier } from '../../domain/approval/dossier.ts';
import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import { evidenceSchema, type Evidence } from '../../domain/plan/evidence.ts';
import { signedReportSchema, type SignedReport } from '../../domain/rehearsal/report.ts';
import { digestOfBytes, digestSchema, type Digest } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import type { ApiClient, DocumentKind } from '../api/api-client.ts';

/** One document of an incident. At most one member is present. */
export interface LatestDocument {
  dossier?: Dossier;
  report?: SignedReport;
  evidence?: Evidence;
}

type DocumentClient = Pick<ApiClient, 'document'>;

/**
 * Reads the dossier of the incident's latest occurrence. If there is no such dossier, reads the latest rehearsal
 * report. If there is no report, reads the latest evidence. If there is no evidence, returns an empty object.
 * @param records all journal records of the incident.
 * @throws AirlockError `document-mismatch` if the digest of the document differs from the digest in the journal, and
 * the errors of the API.
 */
export async function readLatestDocument(
  client: DocumentClient,
  { id, dossier }: Pick<IncidentView, 'id' | 'dossier'>,
  records: readonly JournalRecord[],
): Promise<LatestDocument> {
  if (dossier) return { dossier: dossierSchema.parse(await readDocument(client, id, 'dossiers', dossier.digest)) };
  const report = latestDigest(records, 'rehearsal.completed', 'report');
  if (report) return { report: signedReportSchema.parse(await readDocument(client, id, 'reports', report)) };
  const evidence = latestDigest(records, 'evidence.collected', 'evidence');
  return evidence ? { evidence: evidenceSchema.parse(await readDocument(client, id, 'evidence', evidence)) } : {};
}

/** Returns the digest in the member `member` of the latest record of this kind. */
function latestDigest(records: readonly JournalRecord[], kind: RecordKind, member: string): Digest | undefined {
  const body = records.findLast((record) => record.kind === kind)?.body as Record<string, unknown> | undefined;
  return digestSchema.safeParse(body?.[member]).data;
}

async function readDocument(client: DocumentClient, id: string, kind: DocumentKind, digest: Digest): Promise<unknown> {
  const bytes = await client.document(id, kind, digest);
  if (digestOfBytes(bytes) === digest) return JSON.parse(new TextDecoder().decode(bytes));
  throw new AirlockError({
    code: 'document-mismatch',
    message: `${id}: airlock serve sent a document whose digest differs from the digest in the journal. Approve nothing, and tell the operator of airlock serve`,
  });
}

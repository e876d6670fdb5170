import { dossierSchema, type Dossier } from '../../domain/approval/dossier.ts';
import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import { evidenceSchema, type Evidence } from '../../domain/plan/evidence.ts';
import { signedReportSchema, type SignedReport } from '../../domain/rehearsal/report.ts';
import { digestOfBytes, digestSchema, type Digest } from '../../lib/digest.ts';
import { AirlockError } from '../../lib/error.ts';
import type { ApiClient, DocumentKind } from '../api/api-client.ts';

/** One document of an incident, or none: at most one member is present. */
export interface IncidentDocuments {
  dossier?: Dossier;
  report?: SignedReport;
  evidence?: Evidence;
}

type DocumentClient = Pick<ApiClient, 'document'>;

/**
 * Reads the latest dossier. If there is no dossier, reads the latest rehearsal report. If there is no report, reads the
 * latest evidence.
 * @throws AirlockError `document-mismatch` if the bytes do not have the digest that is recorded in the journal.
 */
export async function readIncidentDocuments(
  client: DocumentClient,
  { id, dossier }: Pick<IncidentView, 'id' | 'dossier'>,
  records: readonly JournalRecord[],
): Promise<IncidentDocuments> {
  if (dossier) return { dossier: dossierSchema.parse(await read(client, id, 'dossiers', dossier.digest)) };
  const report = lastDigest(records, 'rehearsal.completed', 'report');
  if (report) return { report: signedReportSchema.parse(await read(client, id, 'reports', report)) };
  const evidence = lastDigest(records, 'evidence.collected', 'evidence');
  return evidence ? { evidence: evidenceSchema.parse(await read(client, id, 'evidence', evidence)) } : {};
}

function lastDigest(records: readonly JournalRecord[], kind: RecordKind, member: string): Digest | undefined {
  const body = records.findLast((record) => record.kind === kind)?.body as Record<string, unknown> | undefined;
  return digestSchema.safeParse(body?.[member]).data;
}

async function read(client: DocumentClient, id: string, kind: DocumentKind, digest: Digest): Promise<unknown> {
  const bytes = await client.document(id, kind, digest);
  if (digestOfBytes(bytes) === digest) return JSON.parse(new TextDecoder().decode(bytes));
  throw new AirlockError({
    code: 'document-mismatch',
    message: `${id}: the server sent a document whose digest is not the one in the journal. Approve nothing, and tell the operator of the server`,
  });
}

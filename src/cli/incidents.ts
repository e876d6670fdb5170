import { digestOfBytes, digestSchema, type Digest } from '../lib/digest.ts';
import { dossierSchema } from '../domain/approval/dossier.ts';
import { AirlockError } from '../lib/error.ts';
import { evidenceSchema } from '../domain/plan/evidence.ts';
import type { IncidentView } from '../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../domain/journal/journal.ts';
import { signedReportSchema } from '../domain/rehearsal/report.ts';
import { visible } from '../lib/escape-for-terminal.ts';
import type { ApiClient, DocumentKind } from './api-client.ts';
import { renderRecord } from './journal.ts';
import { renderDossier } from './render/dossier.ts';
import { renderEvidence } from './render/evidence.ts';
import { renderReport } from './render/report.ts';

type Write = (text: string) => void;
const toStdout: Write = (text) => void process.stdout.write(text);

/** `airlock incidents ls`: one line per incident, oldest first. */
export async function listIncidents(client: Pick<ApiClient, 'incidents'>, write: Write = toStdout): Promise<void> {
  const views = await client.incidents();
  if (views.length === 0) return write('no incidents yet\n');
  for (const view of views) write(`${renderLine(view)}\n`);
}

/** `airlock incidents show <id>`: where it stands, the dossier as an approver needs it, or the way so far. */
export async function showIncident(
  client: Pick<ApiClient, 'incident' | 'document' | 'journal'>,
  id: string,
  write: Write = toStdout,
): Promise<void> {
  const view = await client.incident(id);
  write(`${renderLine(view)}\n`);
  if (view.outcome) write(`${view.outcome.outcome}: ${visible(view.outcome.reason)}\n`);
  else if (view.dossier) write(`asked to decide: ${view.dossier.asked.map(visible).join(', then ') || 'nobody'}\n`);
  const records = await client.journal(id);
  const shown = await documentOf(client, view, records);
  if (shown) write(`\n${shown}\n`);
  write('\nJOURNAL\n');
  for (const record of records) write(`${renderRecord(record)}\n`);
}

type Documents = Pick<ApiClient, 'document'>;

/** The dossier; where there is none the latest report; where nothing was rehearsed, where the evidence is. */
async function documentOf(
  client: Documents,
  view: IncidentView,
  records: readonly JournalRecord[],
): Promise<string | undefined> {
  if (view.dossier)
    return renderDossier(dossierSchema.parse(await read(client, view.id, 'dossiers', view.dossier.digest)));
  const report = lastDigest(records, 'rehearsal.done', 'report');
  if (report) {
    const signed = signedReportSchema.parse(await read(client, view.id, 'reports', report));
    return `no dossier was offered; this is what the rehearsal found\n\n${renderReport(signed.statement.report)}`;
  }
  const evidence = lastDigest(records, 'evidence.taken', 'evidence');
  if (!evidence) return undefined;
  return renderEvidence(evidenceSchema.parse(await read(client, view.id, 'evidence', evidence)));
}

function lastDigest(records: readonly JournalRecord[], kind: RecordKind, member: string): Digest | undefined {
  const body = records.findLast((record) => record.kind === kind)?.body as Record<string, unknown> | undefined;
  return digestSchema.safeParse(body?.[member]).data;
}

async function read(client: Documents, id: string, kind: DocumentKind, digest: Digest): Promise<unknown> {
  const bytes = await client.document(id, kind, digest);
  if (digestOfBytes(bytes) === digest) return JSON.parse(new TextDecoder().decode(bytes));
  throw new AirlockError({
    code: 'document-differs',
    message: `what the server sent for ${id} has another digest than it says: sign nothing, ask who runs it`,
    next: 'stop',
  });
}

function renderLine({ id, cluster, name, openedAt, stage, dossier, outcome, flaps }: IncidentView): string {
  const waits = dossier && !outcome ? `  dossier ${dossier.digest}` : '';
  const where = outcome ? outcome.outcome : stage;
  const again = flaps > 0 ? `  fired again ${flaps}x` : '';
  return `${visible(id)}  ${visible(openedAt)}  ${visible(cluster).padEnd(8)}  ${where.padEnd(18)}  ${visible(name)}${again}${waits}`;
}

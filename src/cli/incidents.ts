import { digestOfBytes } from '../domain/digest.ts';
import { dossierSchema } from '../domain/dossier.ts';
import { AirlockError } from '../domain/error.ts';
import type { IncidentView } from '../domain/incident-view.ts';
import { visible } from '../domain/visible.ts';
import type { ApiClient } from './api-client.ts';
import { renderRecord } from './journal.ts';
import { renderDossier } from './render-dossier.ts';

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
  client: Pick<ApiClient, 'incident' | 'dossierBytes' | 'journal'>,
  id: string,
  write: Write = toStdout,
): Promise<void> {
  const view = await client.incident(id);
  write(`${renderLine(view)}\n`);
  if (view.outcome) write(`${view.outcome.outcome}: ${visible(view.outcome.reason)}\n`);
  if (view.dossier) {
    const bytes = await client.dossierBytes(id, view.dossier.digest);
    const differs = digestOfBytes(bytes) !== view.dossier.digest;
    if (differs) throw dossierDiffers(view);
    write(`\n${renderDossier(dossierSchema.parse(JSON.parse(new TextDecoder().decode(bytes))))}\n`);
  }
  write('\nJOURNAL\n');
  for (const record of await client.journal(id)) write(`${renderRecord(record)}\n`);
}

function renderLine({ id, cluster, name, openedAt, stage, dossier, outcome }: IncidentView): string {
  const waits = dossier && !outcome ? `  dossier ${dossier.digest}` : '';
  const where = outcome ? outcome.outcome : stage;
  return `${visible(id)}  ${visible(openedAt)}  ${visible(cluster).padEnd(8)}  ${where.padEnd(18)}  ${visible(name)}${waits}`;
}

function dossierDiffers({ id }: IncidentView): AirlockError {
  return new AirlockError({
    code: 'dossier-differs',
    message: `the dossier that the server sent for ${id} has another digest than it says: sign nothing, ask who runs it`,
    next: 'stop',
  });
}

import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import { plural } from '../../lib/plural.ts';
import type { ApiClient } from '../api/api-client.ts';
import { dossierSections } from '../render/dossier.ts';
import { evidenceSections } from '../render/evidence.ts';
import { print, type Output, type View } from '../render/output.ts';
import { renderPage, type Section } from '../render/page.ts';
import { recordTable } from '../render/record.ts';
import { reportSections } from '../render/report.ts';
import type { Cell, Table } from '../render/table.ts';
import { askedGroups } from './list-incidents.ts';
import { readLatestDocument, type LatestDocument } from './read-documents.ts';

/** The document that `--output json` prints. Each member has the same form as in an answer of the API. */
interface ShownIncident extends LatestDocument {
  incident: IncidentView;
  journal: JournalRecord[];
}

/**
 * `airlock incidents show`: prints the status of an incident, the dossier that approvers read, and the journal records
 * of the incident. If there is no dossier, prints the latest rehearsal report, or else the latest evidence.
 * @throws AirlockError `document-mismatch`, and the errors of the API.
 */
export async function showIncident(
  client: Pick<ApiClient, 'incident' | 'document' | 'journal'>,
  id: string,
  output: Output,
): Promise<void> {
  const incident = await client.incident(id);
  const journal = await client.journal(id);
  const shown: ShownIncident = { incident, ...(await readLatestDocument(client, incident, journal)), journal };
  print(output, shown, renderIncident);
}

function renderIncident(shown: ShownIncident, view: View): string[] {
  const sections: Section[] = [
    ['INCIDENT', [summaryTable(shown, view)]],
    ...documentSections(shown, view),
    ...decisionSection(shown),
    [
      'JOURNAL',
      ['SEQ counts the records of all incidents, so numbers can be missing here.', recordTable(shown.journal, view)],
    ],
  ];
  return renderPage(sections, view.terminal);
}

function summaryTable(shown: ShownIncident, { wide }: View): Table {
  const { id, name, cause, cluster, openedAt, flaps, outcome, workflow, trace } = shown.incident;
  const rows: Cell[][] = [
    ['incident', id],
    ['name', name],
    ['cluster', cluster],
    ['opened', flaps > 0 ? `${openedAt}, after the alerts fired again ${plural(flaps, 'time')}` : openedAt],
    ['opened by', textOfCause[cause]],
    ['status', statusOf(shown)],
  ];
  const dossier = pendingDossier(shown);
  if (outcome) rows.push(['reason', outcome.reason]);
  if (dossier) rows.push(['asked to decide', askedGroups(dossier)], ['decide before', dossier.expiresAt]);
  if (wide) rows.push(['workflow', workflow], ['trace', trace]);
  return { columns: [{}, { fit: 'wrap' }], rows };
}

const textOfCause: Record<IncidentView['cause'], string> = {
  alert: 'an alert',
  person: "a person's request",
  schedule: 'a schedule',
};

function statusOf(shown: ShownIncident): Cell {
  const { outcome, latestRecord } = shown.incident;
  if (outcome) return outcome.outcome === 'escalated' ? 'escalated: a person has to take over' : outcome.outcome;
  const text = pendingDossier(shown) ? 'waiting for a decision' : `open (latest record: ${latestRecord})`;
  return { text, style: 'yellow' };
}

/** Returns the dossier if the incident is open and no record `execution.prepared` follows the latest dossier. */
function pendingDossier({ incident, journal }: ShownIncident): IncidentView['dossier'] {
  const indexOfLatest = (kind: RecordKind): number => journal.findLastIndex((record) => record.kind === kind);
  const pending = !incident.outcome && indexOfLatest('dossier.offered') > indexOfLatest('execution.prepared');
  return pending ? incident.dossier : undefined;
}

/** Returns the sections of the dossier, or else of the report, or else of the evidence. */
function documentSections(shown: ShownIncident, view: View): Section[] {
  const { dossier, report, evidence } = shown;
  if (dossier) return dossierSections(dossier, view);
  if (report) {
    const since = shown.incident.openedAt;
    return [
      ['DOSSIER', [`No dossier was offered to approvers since ${since}. The next sections show the latest rehearsal.`]],
      ...reportSections(report.statement.report),
    ];
  }
  return evidence ? evidenceSections(evidence) : [];
}

/** Returns the commands that decide. The table has no `fit`, so the commands are never wrapped and can be copied. */
function decisionSection(shown: ShownIncident): Section[] {
  const dossier = pendingDossier(shown);
  if (!dossier) return [];
  const rows = ['approve', 'deny'].map((verb) => [
    `airlock ${verb} ${shown.incident.id} --dossier ${dossier.digest} --reason "..."`,
  ]);
  return [['TO DECIDE', [{ columns: [{}], rows }]]];
}

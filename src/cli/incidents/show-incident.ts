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
import { notifiedOf } from './list-incidents.ts';
import { readIncidentDocuments, type IncidentDocuments } from './read-documents.ts';

/** The JSON document that `--output json` prints. Each member has the form in which the API answers. */
interface ShownIncident extends IncidentDocuments {
  incident: IncidentView;
  journal: JournalRecord[];
}

/**
 * `airlock incidents show`: prints the incident's status, its dossier as an approver needs it, and its journal. If
 * there is no dossier, it prints the latest rehearsal report or the latest evidence instead.
 * @throws AirlockError `document-mismatch`, and the errors of the API.
 */
export async function showIncident(
  client: Pick<ApiClient, 'incident' | 'document' | 'journal'>,
  id: string,
  output: Output,
): Promise<void> {
  const incident = await client.incident(id);
  const journal = await client.journal(id);
  const shown: ShownIncident = { incident, ...(await readIncidentDocuments(client, incident, journal)), journal };
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
    ['opened', flaps > 0 ? `${openedAt}, reopened ${plural(flaps, 'time')}` : openedAt],
    ['opened by', openerWords[cause]],
    ['status', statusOf(shown)],
  ];
  const dossier = undecidedDossier(shown);
  if (outcome) rows.push(['reason', outcome.reason]);
  if (dossier) rows.push(['asked to decide', notifiedOf(dossier)], ['decide before', dossier.expiresAt]);
  if (wide) rows.push(['workflow', workflow], ['trace', trace]);
  return { columns: [{}, { fit: 'wrap' }], rows };
}

/** Says in words what opened an incident. The key is the incident's cause. */
const openerWords: Record<IncidentView['cause'], string> = {
  alert: 'an alert',
  person: "a person's request",
  schedule: 'a schedule',
};

function statusOf(shown: ShownIncident): Cell {
  const { outcome, latestRecord } = shown.incident;
  if (outcome) return outcome.outcome === 'escalated' ? 'escalated: a person has to take over' : outcome.outcome;
  const text = undecidedDossier(shown) ? 'waiting for a decision' : `open (latest record: ${latestRecord})`;
  return { text, style: 'yellow' };
}

/** Returns the dossier if the incident is open and the dossier's execution has not begun. */
function undecidedDossier({ incident, journal }: ShownIncident): IncidentView['dossier'] {
  const last = (kind: RecordKind): number => journal.findLastIndex((record) => record.kind === kind);
  const undecided = !incident.outcome && last('dossier.offered') > last('execution.prepared');
  return undecided ? incident.dossier : undefined;
}

/** Returns the sections of the incident's dossier, or else of its report, or else of its evidence. */
function documentSections(shown: ShownIncident, view: View): Section[] {
  const { dossier, report, evidence } = shown;
  if (dossier) return dossierSections(dossier, view);
  if (report) {
    const found = reportSections(report.statement.report);
    return [
      ['DOSSIER', ['No dossier was offered to approvers. The next sections show what the rehearsal found.']],
      ...found,
    ];
  }
  return evidence ? evidenceSections(evidence) : [];
}

/** Returns the commands with which a person decides. A table without `fit` is never wrapped, so they can be copied. */
function decisionSection(shown: ShownIncident): Section[] {
  const dossier = undecidedDossier(shown);
  if (!dossier) return [];
  const rows = ['approve', 'deny'].map((verb) => [
    `airlock ${verb} ${shown.incident.id} --dossier ${dossier.digest} --reason "..."`,
  ]);
  return [['TO DECIDE', [{ columns: [{}], rows }]]];
}

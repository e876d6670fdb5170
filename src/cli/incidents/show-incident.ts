import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { JournalRecord, RecordKind } from '../../domain/journal/journal.ts';
import type { ApiClient } from '../api/api-client.ts';
import { dossierSections } from '../render/dossier.ts';
import { evidenceSections } from '../render/evidence.ts';
import { print, type Output, type View } from '../render/output.ts';
import { renderPage, type Section } from '../render/page.ts';
import { recordTable } from '../render/record.ts';
import { reportSections } from '../render/report.ts';
import type { Cell, Table } from '../render/table.ts';
import { askedOf } from './list-incidents.ts';
import { readFindings, type Findings } from './read-findings.ts';

/** The document of `--output json`: each member as the API answers it. */
interface ShownIncident extends Findings {
  incident: IncidentView;
  journal: JournalRecord[];
}

/**
 * `airlock incidents show`: the incident's status; its dossier as an approver needs it, or what was found so far; its
 * journal.
 * @throws AirlockError `document-mismatch`, and those of the API.
 */
export async function showIncident(
  client: Pick<ApiClient, 'incident' | 'document' | 'journal'>,
  id: string,
  output: Output,
): Promise<void> {
  const incident = await client.incident(id);
  const journal = await client.journal(id);
  const shown: ShownIncident = { incident, ...(await readFindings(client, incident, journal)), journal };
  print(output, shown, renderIncident);
}

function renderIncident(shown: ShownIncident, view: View): string[] {
  const sections: Section[] = [
    ['INCIDENT', [summaryTable(shown, view)]],
    ...findingSections(shown, view),
    ...decisionSection(shown),
    ['JOURNAL', [recordTable(shown.journal, view)]],
  ];
  return renderPage(sections, view.terminal);
}

function summaryTable(shown: ShownIncident, { wide }: View): Table {
  const { id, name, cause, cluster, openedAt, flaps, outcome, workflow, trace } = shown.incident;
  const rows: Cell[][] = [
    ['incident', id],
    ['name', name],
    ['cause', cause],
    ['cluster', cluster],
    ['opened', flaps > 0 ? `${openedAt}, reopened ${flaps} times` : openedAt],
    ['status', statusOf(shown)],
  ];
  const dossier = undecidedDossier(shown);
  if (outcome) rows.push(['reason', outcome.reason]);
  if (dossier) rows.push(['asked to decide', askedOf(dossier)], ['decide before', dossier.expiresAt]);
  if (wide) rows.push(['workflow', workflow], ['trace', trace]);
  return { columns: [{}, { fit: 'wrap' }], rows };
}

function statusOf(shown: ShownIncident): Cell {
  const { outcome, stage } = shown.incident;
  if (outcome) return outcome.outcome;
  const text = undecidedDossier(shown) ? 'waiting for a decision' : `open (latest record: ${stage})`;
  return { text, style: 'yellow' };
}

/** The dossier that people can still decide on: offered, and neither executed nor closed since. */
function undecidedDossier({ incident, journal }: ShownIncident): IncidentView['dossier'] {
  const last = (kind: RecordKind): number => journal.findLastIndex((record) => record.kind === kind);
  const undecided = !incident.outcome && last('dossier.offered') > last('execution.prepared');
  return undecided ? incident.dossier : undefined;
}

function findingSections(shown: ShownIncident, view: View): Section[] {
  const { dossier, report, evidence } = shown;
  if (dossier) return dossierSections(dossier, view);
  if (report) {
    const found = reportSections(report.statement.report);
    return [['DOSSIER', ['No dossier was offered. This is what the rehearsal found.']], ...found];
  }
  return evidence ? evidenceSections(evidence) : [];
}

/** What to type to decide. The lines are never wrapped, so that they can be copied. */
function decisionSection(shown: ShownIncident): Section[] {
  const dossier = undecidedDossier(shown);
  if (!dossier) return [];
  const rows = ['approve', 'deny'].map((verb) => [
    `airlock ${verb} ${shown.incident.id} --dossier ${dossier.digest} --reason "..."`,
  ]);
  return [['TO DECIDE', [{ columns: [{}], rows }]]];
}

import type { IncidentView } from '../../domain/incident/incident-view.ts';
import type { ApiClient } from '../api/api-client.ts';
import { print, type Output, type View } from '../render/output.ts';
import { renderTable, type Cell, type Column } from '../render/table.ts';

/** `airlock incidents ls`: prints the open and the latest incidents, oldest first. */
export async function listIncidents(client: Pick<ApiClient, 'incidents'>, output: Output): Promise<void> {
  print(output, await client.incidents(), renderIncidents);
}

interface IncidentColumn extends Column {
  /** If true, only `--output wide` shows the column. */
  wide?: boolean;
  cell: (incident: IncidentView) => Cell;
}

const incidentColumns: IncidentColumn[] = [
  { title: 'INCIDENT', cell: ({ id }) => id },
  { title: 'OPENED', cell: ({ openedAt }) => openedAt },
  { title: 'CLUSTER', cell: ({ cluster }) => cluster },
  { title: 'STATUS', cell: ({ outcome, latestRecord }) => outcome?.outcome ?? { text: latestRecord, style: 'yellow' } },
  { title: 'NAME', fit: 'cut', cell: ({ name }) => name },
  { title: 'ASKED TO DECIDE', fit: 'cut', cell: ({ dossier, outcome }) => (outcome ? '' : askedGroups(dossier)) },
  { title: 'FIRED AGAIN', align: 'right', cell: ({ flaps }) => String(flaps) },
  { title: 'OPENED BY', wide: true, cell: ({ cause }) => cause },
  { title: 'DOSSIER', wide: true, cell: ({ dossier }) => dossier?.digest ?? '' },
  { title: 'EXPIRES', wide: true, cell: ({ dossier }) => dossier?.expiresAt ?? '' },
  { title: 'WORKFLOW', wide: true, cell: ({ workflow }) => workflow },
  { title: 'TRACE', wide: true, cell: ({ trace }) => trace },
];

/**
 * Returns the groups that were asked to decide on the dossier, such as `sre, then lead`. The group that was asked first
 * comes first. Returns `nobody` if no group was asked, and an empty text if there is no dossier.
 */
export function askedGroups(dossier: IncidentView['dossier']): string {
  return dossier ? dossier.notified.join(', then ') || 'nobody' : '';
}

function renderIncidents(incidents: readonly IncidentView[], { terminal, wide }: View): string[] {
  if (incidents.length === 0) return ['no incidents yet'];
  const columns = incidentColumns.filter((column) => wide || !column.wide);
  return renderTable({ columns, rows: incidents.map((each) => columns.map(({ cell }) => cell(each))) }, terminal);
}

import type { Command } from 'commander';
import { addShowCommand } from '../wiring/add-show.ts';

/** `airlock incidents show` */
export function addShow(incidents: Command): void {
  const description = 'show one incident: its status, its dossier (or the findings so far) and its journal';
  addShowCommand(incidents, description, async () => (await import('../../incidents/show-incident.ts')).showIncident);
}

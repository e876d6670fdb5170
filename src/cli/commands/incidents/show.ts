import type { Command } from 'commander';
import { addShowCommand } from '../wiring/add-show.ts';

/** Adds the command `airlock incidents show`. */
export function addShow(incidents: Command): void {
  const description =
    'show status, dossier and journal of one incident; without a dossier, the latest rehearsal report or evidence';
  addShowCommand(incidents, description, async () => (await import('../../incidents/show-incident.ts')).showIncident);
}

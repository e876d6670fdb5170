import type { Command } from 'commander';
import { addShowCommand } from '../wiring/add-show.ts';

/** Adds the command `airlock journal show`. */
export function addShow(journal: Command): void {
  const description =
    'list the journal records of one incident; of more than 2,000 records, the first 100 and the last 2,000; column SEQ ' +
    'counts the records of all incidents, so SEQ can have gaps';
  addShowCommand(journal, description, async () => (await import('../../journal/show-journal.ts')).showJournal);
}

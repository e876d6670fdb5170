import type { Command } from 'commander';
import { addShowCommand } from '../wiring/add-show.ts';

/** `airlock journal show` */
export function addShow(journal: Command): void {
  const description =
    'list the journal records of one incident; SEQ counts the records of all incidents, so numbers can be missing';
  addShowCommand(journal, description, async () => (await import('../../journal/show-journal.ts')).showJournal);
}

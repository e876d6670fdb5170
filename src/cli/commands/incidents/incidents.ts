import type { Command } from 'commander';
import { addLs } from './ls.ts';
import { addShow } from './show.ts';
import { addWatch } from './watch.ts';

/** Adds the commands `airlock incidents ls`, `show` and `watch`. */
export function addIncidents(program: Command): void {
  const incidents = program.command('incidents').description('list, show or watch incidents');
  for (const add of [addLs, addShow, addWatch]) add(incidents);
}

import type { Command } from 'commander';
import { addExport } from './export.ts';
import { addProve } from './prove.ts';
import { addShow } from './show.ts';
import { addVerify } from './verify.ts';

/** Adds the commands `airlock journal show`, `prove`, `export` and `verify`. */
export function addJournal(program: Command): void {
  const journal = program.command('journal').description('show, prove, export or verify the append-only journal');
  for (const add of [addShow, addProve, addExport, addVerify]) add(journal);
}

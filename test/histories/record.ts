import { access } from 'node:fs/promises';
import { startWorld } from '../workflow/environment.ts';
import { behaviours } from './behaviours.ts';
import { historyFile, writeHistory } from './history-file.ts';

// Records the histories that are missing, and those that are named on the command line.
const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in behaviours));
if (unknown.length > 0) throw new Error(`no such behaviour: ${unknown.join(', ')}`);

await using world = await startWorld();
for (const [name, behave] of Object.entries(behaviours)) {
  const there = await access(historyFile(name)).then(
    () => true,
    () => false,
  );
  if (there && !named.includes(name)) continue;
  const handle = await behave(world);
  await writeHistory(name, await handle.fetchHistory());
  process.stderr.write(`recorded ${name}\n`);
}

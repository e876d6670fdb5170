import { access } from 'node:fs/promises';
import { startEnvironment } from '../workflow/environment.ts';
import { behaviours } from './behaviours.ts';
import { historyFile, writeHistory } from './history-file.ts';

// Records the histories that are missing, and those that are named on the command line.
const named = process.argv.slice(2);
const unknown = named.filter((name) => !(name in behaviours));
if (unknown.length > 0) throw new Error(`unknown behaviours: ${unknown.join(', ')}`);

await using environment = await startEnvironment();
for (const [name, behave] of Object.entries(behaviours)) {
  const exists = await access(historyFile(name)).then(
    () => true,
    () => false,
  );
  if (exists && !named.includes(name)) continue;
  const handle = await behave(environment);
  await writeHistory(name, await handle.fetchHistory());
  process.stderr.write(`recorded ${name}\n`);
}

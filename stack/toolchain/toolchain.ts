import { AirlockError } from '../../src/lib/error.ts';
import type { Progress } from '../progress.ts';
import { buildPart } from './build-tool.ts';
import { findPart, findParts, type FoundPart } from './find-tools.ts';
import { goVersion } from './go.ts';
import type { ProgramName } from './table.ts';

/** Every program that a stack starts, found or built. */
export interface Parts {
  /** Absolute path. */
  program(name: ProgramName): string;
}

/**
 * Finds every part, and builds the missing ones from their pinned modules, one after the other: one `go build` keeps
 * two cores busy, and two of them only need twice the memory.
 * @throws AirlockError `go-missing`, `go-too-old` or `build-failed`.
 */
export async function ensureParts(progress: Progress): Promise<Parts> {
  const found = await findParts();
  for (const sentence of found.flatMap((part) => part.passedOver)) progress.say(sentence);
  const missing = found.filter((part) => part.missing.length > 0);
  if (missing.length > 0) await buildAll(missing, progress);
  const programs = new Map(found.flatMap((part) => Object.entries(part.programs)));
  for (const { part } of missing) {
    const again = await findPart(part);
    for (const [name, file] of Object.entries(again.programs)) programs.set(name, file);
  }
  return { program: (name) => programs.get(name) ?? notThere(name) };
}

async function buildAll(missing: FoundPart[], progress: Progress): Promise<void> {
  const go = await goVersion();
  const minutes = missing.reduce((sum, { part }) => sum + part.coldMinutes, 0);
  const names = missing.map(({ part }) => part.name).join(', ');
  progress.say(
    `compiling ${names} with Go ${go}, once for this machine: about ${String(minutes)} minutes on two cores when nothing is cached`,
  );
  for (const [index, { part, folder }] of missing.entries()) {
    const label = `building ${part.name} (part ${String(index + 1)} of ${String(missing.length)})`;
    await buildPart(part, folder, { progress, label });
  }
}

function notThere(name: ProgramName): never {
  const message = `${name} was built and then was not there: was the cache folder emptied meanwhile? Run this again`;
  throw new AirlockError({ code: 'part-missing', message, next: 'retry', details: { program: name } });
}

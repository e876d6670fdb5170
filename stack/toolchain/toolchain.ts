import { AirlockError } from '../../src/lib/error.ts';
import type { Progress } from '../progress.ts';
import { buildTool } from './build-tool.ts';
import { findTool, findTools, type FoundTool } from './find-tools.ts';
import { goVersion } from './go.ts';
import type { ProgramName } from './table.ts';

/** The third-party programs that a stack starts. */
export interface Toolchain {
  /** Returns the absolute path of a program. @throws AirlockError `tool-missing`. */
  program(name: ProgramName): string;
}

/**
 * Finds every program, and builds the tools of missing programs from their pinned modules. Builds one tool at a time,
 * because one `go build` already uses two cores, and two builds at once need twice the memory.
 * @throws AirlockError `go-missing`, `go-too-old` or `tool-build-failed`.
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  const found = await findTools();
  for (const sentence of found.flatMap((tool) => tool.ignoredBecause)) progress.say(sentence);
  const missing = found.filter((tool) => tool.missing.length > 0);
  if (missing.length > 0) await buildAll(missing, progress);
  const programs = new Map(found.flatMap((tool) => Object.entries(tool.programs)));
  for (const { tool } of missing) {
    const again = await findTool(tool);
    for (const [name, file] of Object.entries(again.programs)) programs.set(name, file);
  }
  return { program: (name) => programs.get(name) ?? throwMissing(name) };
}

async function buildAll(missing: FoundTool[], progress: Progress): Promise<void> {
  const go = await goVersion();
  const minutes = missing.reduce((sum, { tool }) => sum + tool.coldMinutes, 0);
  const names = missing.map(({ tool }) => tool.name).join(', ');
  progress.say(
    `compiling ${names} with Go ${go}, once for this machine: about ${String(minutes)} minutes on two cores when nothing is cached`,
  );
  for (const [index, { tool, folder }] of missing.entries()) {
    const label = `building ${tool.name} (tool ${String(index + 1)} of ${String(missing.length)})`;
    await buildTool(tool, folder, { progress, label });
  }
}

function throwMissing(name: ProgramName): never {
  const message = `${name} is missing after its build; the cache folder may have been emptied meanwhile: try again`;
  throw new AirlockError({ code: 'tool-missing', message, details: { program: name } });
}

import { AirlockError } from '../../src/lib/error.ts';
import type { Progress } from '../progress.ts';
import { buildTool } from './build-tool.ts';
import { findTool, findTools, type FoundTool } from './find-tools.ts';
import { goVersion } from './go.ts';
import type { ProgramName } from './table.ts';

/** The third-party programs, such as etcd and Vault. */
export interface Toolchain {
  /**
   * Returns the absolute path of a program.
   * @throws AirlockError `tool-missing` if the program was built, but was not found afterwards.
   */
  program(name: ProgramName): string;
}

/**
 * Finds every program, and builds the missing programs. A tool is a Go module in the folder `tools` that builds one or
 * more programs. Tools are built one after another, because one `go build` already uses all cores.
 * @throws AirlockError `go-missing`, `go-too-old` or `tool-build-failed`.
 */
export async function ensureToolchain(progress: Progress): Promise<Toolchain> {
  const tools = await findTools();
  for (const sentence of tools.flatMap(({ ignoredBecause }) => ignoredBecause)) progress.say(sentence);
  const incomplete = tools.filter(({ missing }) => missing.length > 0);
  if (incomplete.length > 0) await buildAll(incomplete, progress);
  const programs = new Map(tools.flatMap((tool) => Object.entries(tool.programs)));
  for (const { tool } of incomplete) {
    const built = await findTool(tool);
    for (const [name, file] of Object.entries(built.programs)) programs.set(name, file);
  }
  return { program: (name) => programs.get(name) ?? throwMissing(name) };
}

async function buildAll(incomplete: FoundTool[], progress: Progress): Promise<void> {
  const go = await goVersion();
  const minutes = incomplete.reduce((sum, { tool }) => sum + tool.coldMinutes, 0);
  const names = incomplete.map(({ tool }) => tool.name).join(', ');
  const estimate = `about ${String(minutes)} minutes on two cores, or less if Go has cached packages`;
  progress.say(`building ${names} with Go ${go}: ${estimate}; later runs use these builds`);
  for (const [index, { tool, folder }] of incomplete.entries()) {
    const label = `building ${tool.name} (tool ${String(index + 1)} of ${String(incomplete.length)})`;
    await buildTool(tool, folder, { progress, label });
  }
}

function throwMissing(name: ProgramName): never {
  const message = `${name} was built, but then was not found: something may have emptied the tool cache; try again`;
  throw new AirlockError({ code: 'tool-missing', message, details: { program: name } });
}

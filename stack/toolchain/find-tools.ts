import { access, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { toolFolder } from './cache-folder.ts';
import { probe } from './probe.ts';
import { tools, type Tool, type ProgramName, type VersionProbe } from './table.ts';

/** Which programs of one tool exist, before anything is built. */
export interface FoundTool {
  tool: Tool;
  /** Folder of the tool in the cache. The folder may not exist yet. */
  folder: string;
  /** The absolute path of each program that was found with the right version. */
  programs: Partial<Record<ProgramName, string>>;
  /** The programs that were not found with the right version. */
  missing: ProgramName[];
  /** One sentence for each program that was ignored because it did not answer with the right version. */
  ignoredBecause: string[];
}

/**
 * Looks for every program: first in the folder that AIRLOCK_TOOLCHAIN names, then in the cache, then on PATH. Builds
 * nothing. A program outside the cache is run to get its version. A program in the cache is not run, because the name
 * of its folder contains a digest of the pinned version.
 */
export function findTools(): Promise<FoundTool[]> {
  return Promise.all(tools.map(findTool));
}

/** Looks for the programs of one tool. */
export async function findTool(tool: Tool): Promise<FoundTool> {
  const folder = await toolFolder(tool);
  const result: FoundTool = { tool, folder, programs: {}, missing: [], ignoredBecause: [] };
  const find = async (name: ProgramName): Promise<void> => {
    const file = await findProgram(name, tool, result);
    if (file === undefined) result.missing.push(name);
    else result.programs[name] = file;
  };
  await Promise.all(tool.programs.map(find));
  return result;
}

async function findProgram(name: ProgramName, tool: Tool, result: FoundTool): Promise<string | undefined> {
  const version = tool.versions[name];
  if (version === undefined) throw new TypeError(`the table has no version of ${name}`);
  const chosen = process.env['AIRLOCK_TOOLCHAIN'];
  if (chosen && (await isRight(join(resolve(chosen), name), version, result))) return join(resolve(chosen), name);
  const built = join(result.folder, name);
  if (await exists(built)) return built;
  for (const folder of await searchPath()) {
    if (await isRight(join(folder, name), version, result)) return join(folder, name);
  }
  return undefined;
}

/** Returns the absolute folders of PATH that exist, each once (/bin is often a link to /usr/bin). */
async function searchPath(): Promise<Set<string>> {
  const entries = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const real = await Promise.all(entries.map((entry) => realpath(entry).catch(() => undefined)));
  return new Set(real.filter((folder) => folder !== undefined));
}

async function isRight(file: string, version: VersionProbe, result: FoundTool): Promise<boolean> {
  const probed = await probe(file, version);
  if (probed.found === 'other') {
    result.ignoredBecause.push(`${file} is ignored: it is not version ${version.version} (answer: ${probed.says})`);
  }
  return probed.found === 'right';
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

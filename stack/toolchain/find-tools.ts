import { access, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { toolFolder } from './cache-folder.ts';
import { probeVersion } from './probe.ts';
import { tools, type Tool, type ProgramName, type VersionProbe } from './table.ts';

/** Which programs of one tool were found, and where. */
export interface FoundTool {
  tool: Tool;
  /** The folder of the tool in the cache. The folder may not exist yet. */
  folder: string;
  /** The absolute path of each program that was found in the right version. */
  programs: Partial<Record<ProgramName, string>>;
  /** The programs that were not found in the right version. */
  missing: ProgramName[];
  /** For each ignored file: one sentence with its path and the reason. The program may have been found elsewhere. */
  ignoredBecause: string[];
}

/**
 * Looks for the programs of all tools. Searches the folder in the environment variable AIRLOCK_TOOLCHAIN first, then
 * the cache, then PATH. Runs each program outside the cache to check its version. A program in the cache needs no
 * check, because each version has its own cache folder.
 */
export function findTools(): Promise<FoundTool[]> {
  return Promise.all(tools.map(findTool));
}

/** Looks for the programs of one tool, in the same places as `findTools`. */
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
  const probe = tool.versionProbes[name];
  if (probe === undefined) throw new TypeError(`the tool ${tool.name} has no version probe for ${name}`);
  const chosen = process.env['AIRLOCK_TOOLCHAIN'];
  if (chosen && (await hasRightVersion(join(resolve(chosen), name), probe, result))) return join(resolve(chosen), name);
  const built = join(result.folder, name);
  if (await exists(built)) return built;
  for (const folder of await searchPath()) {
    if (await hasRightVersion(join(folder, name), probe, result)) return join(folder, name);
  }
  return undefined;
}

/** Returns the existing absolute folders of PATH. Resolves links, so that a folder and a link to it count once. */
async function searchPath(): Promise<Set<string>> {
  const entries = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const real = await Promise.all(entries.map((entry) => realpath(entry).catch(() => undefined)));
  return new Set(real.filter((folder) => folder !== undefined));
}

async function hasRightVersion(file: string, probe: VersionProbe, result: FoundTool): Promise<boolean> {
  const probed = await probeVersion(file, probe);
  if (probed.found === 'other') {
    const problem = `it did not report version ${probe.version} (output or error: ${probed.says})`;
    result.ignoredBecause.push(`${file} is ignored: ${problem}`);
  }
  return probed.found === 'right';
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

import { access, realpath } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { partFolder } from './cache-folder.ts';
import { probe } from './probe.ts';
import { parts, type Part, type ProgramName, type VersionProbe } from './table.ts';

/** What is there of one part, before anything is built. */
export interface FoundPart {
  part: Part;
  /** Folder of the cache where it is, or will be, built. */
  folder: string;
  /** Absolute path of each program of the right version. */
  programs: Partial<Record<ProgramName, string>>;
  /** Programs that nothing was found for. */
  missing: ProgramName[];
  /** Programs of another version that were passed over, in sentences. */
  passedOver: string[];
}

/**
 * Looks for every program without building anything: in the folder that AIRLOCK_PARTS names, in the cache, on PATH.
 * Only what the cache holds is taken without being asked for its version: its folder is named after the pin.
 */
export function findParts(): Promise<FoundPart[]> {
  return Promise.all(parts.map(findPart));
}

/** The same for one part. */
export async function findPart(part: Part): Promise<FoundPart> {
  const folder = await partFolder(part);
  const result: FoundPart = { part, folder, programs: {}, missing: [], passedOver: [] };
  const find = async (name: ProgramName): Promise<void> => {
    const file = await findProgram(name, part, result);
    if (file === undefined) result.missing.push(name);
    else result.programs[name] = file;
  };
  await Promise.all(part.programs.map(find));
  return result;
}

async function findProgram(name: ProgramName, part: Part, into: FoundPart): Promise<string | undefined> {
  const version = part.versions[name];
  if (version === undefined) throw new TypeError(`no version of ${name} in the table`);
  const chosen = process.env['AIRLOCK_PARTS'];
  if (chosen && (await isRight(join(resolve(chosen), name), version, into))) return join(resolve(chosen), name);
  const built = join(into.folder, name);
  if (await exists(built)) return built;
  for (const folder of await searchPath()) {
    if (await isRight(join(folder, name), version, into)) return join(folder, name);
  }
  return undefined;
}

/** PATH without what is not there and what is there twice, such as /bin beside /usr/bin, and without relative entries. */
async function searchPath(): Promise<Set<string>> {
  const entries = (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const real = await Promise.all(entries.map((entry) => realpath(entry).catch(() => undefined)));
  return new Set(real.filter((folder) => folder !== undefined));
}

async function isRight(file: string, version: VersionProbe, into: FoundPart): Promise<boolean> {
  const result = await probe(file, version);
  if (result.found === 'other') {
    into.passedOver.push(`${file} is not used: it is not version ${version.version} (it says: ${result.says})`);
  }
  return result.found === 'right';
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

import { join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { findTools, type FoundTool } from '../toolchain/find-tools.ts';
import { goVersion, oldestGo } from '../toolchain/go.ts';
import { findPython } from '../toolchain/python.ts';
import { findingOf, tryRun, type Finding } from './finding.ts';

/** Airlock runs on Node 24 or newer. The launcher in bin/ can run on Node 20, and then uses the Node 24 from npm. */
const minNodeMajor = 24;

/** Checks the version of the Node that runs this process, and whether npm can run. */
export async function checkNodeAndNpm(): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const npm = await tryRun('npm', ['--version']);
  return [
    findingOf({
      name: 'node',
      ok: major >= minNodeMajor,
      found: `${process.version} (${process.execPath})`,
      fix: 'start Airlock with `npx airlock`, which finds Node 24 or newer',
    }),
    findingOf({
      name: 'npm',
      ok: npm.succeeded,
      found: npm.text,
      fix: 'install Node.js, which contains npm (https://nodejs.org), and put npm on PATH',
    }),
  ];
}

/** Checks Python. The check never fails: only one test needs Python, and without Python this test is skipped. */
export async function checkPython(): Promise<Finding> {
  const found = await findPython().then(
    ({ build }) => build,
    (error: Error) =>
      `not usable: ${error.message}. This is no problem: one test is skipped, and nothing else needs Python`,
  );
  return { name: 'python', ok: true, found };
}

/**
 * Checks Go and every tool. A missing tool is no problem if Go can compile the tool. A missing Go is no problem if no
 * tool is missing. A program of the wrong version in AIRLOCK_TOOLCHAIN is a problem.
 */
export async function checkGoAndTools(): Promise<Finding[]> {
  const tools = await findTools();
  const go = await tryGo();
  const goIsNeeded = tools.some((tool) => tool.missing.length > 0);
  const ok = go.succeeded || !goIsNeeded;
  const oldest = `${String(oldestGo.major)}.${String(oldestGo.minor)}`;
  const found = go.succeeded || goIsNeeded ? go.text : 'not usable, but not needed: no tool is missing';
  const goFinding = findingOf({ name: 'go', ok, found, fix: `install Go ${oldest} or newer and put it on PATH` });
  return [goFinding, ...tools.map((tool) => toolFinding(tool, go.succeeded))];
}

async function tryGo(): Promise<{ succeeded: boolean; text: string }> {
  try {
    return { succeeded: true, text: await goVersion() };
  } catch (error) {
    if (error instanceof AirlockError) return { succeeded: false, text: error.message };
    throw error;
  }
}

function toolFinding(found: FoundTool, goSucceeded: boolean): Finding {
  const { tool, programs, missing, ignoredBecause } = found;
  const files = [...new Set(Object.values(programs))];
  const build = `not built yet: ${missing.join(', ')}; with Go, \`airlock up\` compiles the tool in about ${String(tool.coldMinutes)} min`;
  const texts = [missing.length > 0 ? build : locationOf(files), ...ignoredBecause];
  const chosenFolder = process.env['AIRLOCK_TOOLCHAIN'];
  // Each text in `ignoredBecause` begins with the path of the ignored program.
  const chosenProgramIgnored = ignoredBecause.some(
    (text) => chosenFolder && text.startsWith(join(resolve(chosenFolder), '/')),
  );
  const ok = !chosenProgramIgnored && (goSucceeded || missing.length === 0);
  const neededVersions = missing.map((name) => `${name} ${tool.versionProbes[name]?.version ?? ''}`);
  const fix = chosenProgramIgnored
    ? 'replace the ignored program in AIRLOCK_TOOLCHAIN by a program of the right version, or unset AIRLOCK_TOOLCHAIN'
    : `install Go, or put these versions on PATH: ${neededVersions.join(', ')}`;
  return findingOf({ name: `tool ${tool.name}`, ok, found: texts.join('; '), fix });
}

/** Says in which folder the files are. If the folders differ, lists the files. */
function locationOf(files: string[]): string {
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
  return folders.length === 1 ? `in ${folders[0] ?? ''}` : files.join(', ');
}

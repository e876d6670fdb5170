import { join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { findTools, type FoundTool } from '../toolchain/find-tools.ts';
import { goVersion, oldestGo } from '../toolchain/go.ts';
import { findPython } from '../toolchain/python.ts';
import { findingOf, tryRun, type Finding } from './finding.ts';

/** Airlock runs on Node 24. npm installs this Node as a dependency. npm itself needs only Node 20. */
const minNodeMajor = 24;

/** Checks the Node that runs Airlock, and npm. */
export async function checkNodeAndNpm(): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const npm = await tryRun('npm', ['--version']);
  return [
    findingOf({
      name: 'node',
      ok: major >= minNodeMajor,
      found: `${process.version} (${process.execPath})`,
      fix: 'start Airlock through `npx airlock`, which brings its own Node 24',
    }),
    findingOf({
      name: 'npm',
      ok: npm.succeeded,
      found: npm.text,
      fix: 'install Node.js with npm (https://nodejs.org) and put it on PATH',
    }),
  ];
}

/** Checks Python. A missing Python is not a problem: one test is skipped, nothing else needs Python. */
export async function checkPython(): Promise<Finding> {
  const found = await findPython().then(
    ({ build }) => build,
    (error: Error) => `missing (${error.message}); one test is skipped, nothing else needs Python`,
  );
  return { name: 'python', ok: true, found };
}

/** Checks Go and every tool. A missing tool is not a problem if Go can compile it. */
export async function checkGoAndTools(): Promise<Finding[]> {
  const tools = await findTools();
  const go = await tryGo();
  const needed = tools.some((tool) => tool.missing.length > 0);
  const ok = go.succeeded || !needed;
  const oldest = `${String(oldestGo.major)}.${String(oldestGo.minor)}`;
  const found = go.succeeded ? go.text : needed ? go.text : 'not needed: no tool is missing';
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

function toolFinding(found: FoundTool, canBuild: boolean): Finding {
  const { tool, programs, missing, ignoredBecause } = found;
  const files = [...new Set(Object.values(programs))];
  const build = `not built yet: ${missing.join(', ')}; the next \`airlock up\` compiles them (about ${String(tool.coldMinutes)} min)`;
  const texts = [...(missing.length > 0 ? [build] : [`in ${folderOrFiles(files)}`]), ...ignoredBecause];
  const chosen = process.env['AIRLOCK_TOOLCHAIN'];
  // Each text in `ignoredBecause` begins with the path of the ignored program.
  const wrongChoice = ignoredBecause.some((text) => chosen && text.startsWith(join(resolve(chosen), '/')));
  const ok = !wrongChoice && (canBuild || missing.length === 0);
  const fix = wrongChoice
    ? 'put the right version into the folder that AIRLOCK_TOOLCHAIN names, or unset it'
    : 'install Go, or put the programs of the right version on PATH';
  return findingOf({ name: `tool ${tool.name}`, ok, found: texts.join('; '), fix });
}

/** Returns the folder that directly contains all files. If there is no such folder, returns the files. */
function folderOrFiles(files: string[]): string {
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
  return folders.length === 1 ? (folders[0] ?? '') : files.join(', ');
}

import { join, resolve } from 'node:path';
import { AirlockError } from '../../src/lib/error.ts';
import { findParts, type FoundPart } from '../toolchain/find-tools.ts';
import { goVersion, oldestGo } from '../toolchain/go.ts';
import { findPython } from '../toolchain/python.ts';
import { tryOut, type Finding } from './finding.ts';

const oldestMajor = 24;

/** Node as Airlock itself runs on it, and npm. */
export async function nodeAndNpm(): Promise<Finding[]> {
  const major = Number(process.versions.node.split('.')[0]);
  const npm = await tryOut('npm', ['--version']);
  return [
    {
      name: 'node',
      ok: major >= oldestMajor,
      found: `${process.version} (${process.execPath})`,
      ...(major >= oldestMajor ? {} : { mend: 'start Airlock through `npx airlock`, which brings its own Node 24' }),
    },
    {
      name: 'npm',
      ok: npm.worked,
      found: npm.text,
      ...(npm.worked ? {} : { mend: 'install Node.js with npm (https://nodejs.org) and put it on PATH' }),
    },
  ];
}

/** Python, which one test of the API needs and nothing else: what is missing is said, and is no fault of the machine. */
export async function python(): Promise<Finding> {
  const found = await findPython().then(
    ({ build }) => build,
    (error: Error) => `only a test needs it, which is skipped: ${error.message}`,
  );
  return { name: 'python', ok: true, found };
}

/** Go and every part. A part that is not there is fine as long as Go can build it. */
export async function goAndParts(): Promise<Finding[]> {
  const parts = await findParts();
  const go = await tryGo();
  const needed = parts.some((part) => part.missing.length > 0);
  const ok = go.worked || !needed;
  const least = `${String(oldestGo.major)}.${String(oldestGo.minor)}`;
  const found = go.worked ? go.text : needed ? go.text : 'not needed: every part is there';
  const goFinding = {
    name: 'go',
    ok,
    found,
    ...(ok ? {} : { mend: `install Go ${least} or newer and put it on PATH` }),
  };
  return [goFinding, ...parts.map((part) => partFinding(part, go.worked))];
}

async function tryGo(): Promise<{ worked: boolean; text: string }> {
  try {
    return { worked: true, text: await goVersion() };
  } catch (error) {
    if (error instanceof AirlockError) return { worked: false, text: error.message };
    throw error;
  }
}

function partFinding(found: FoundPart, canBuild: boolean): Finding {
  const { part, programs, missing, passedOver } = found;
  const there = [...new Set(Object.values(programs))];
  const build = `not there yet: ${missing.join(', ')}; the next start compiles it (about ${String(part.coldMinutes)} min)`;
  const texts = [...(missing.length > 0 ? [build] : [`in ${shared(there)}`]), ...passedOver];
  const chosen = process.env['AIRLOCK_PARTS'];
  const wrongChoice = passedOver.some((sentence) => chosen && sentence.startsWith(join(resolve(chosen), '/')));
  const ok = !wrongChoice && (canBuild || missing.length === 0);
  const mend = wrongChoice
    ? 'put the right version into the folder that AIRLOCK_PARTS names, or unset it'
    : 'install Go, or put the programs of the right version on PATH';
  return { name: `part ${part.name}`, ok, found: texts.join('; '), ...(ok ? {} : { mend }) };
}

/** The folder that files share, or the files. */
function shared(files: string[]): string {
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/'))))];
  return folders.length === 1 ? (folders[0] ?? '') : files.join(', ');
}

import { execFile } from 'node:child_process';
import { AirlockError } from '../../src/lib/error.ts';

/** The oldest Python that runs the packages that tools/schemathesis pins. */
const oldest = { major: 3, minor: 11 };

const fix = `install Python ${String(oldest.major)}.${String(oldest.minor)} or newer, and pip (Debian: apt-get install python3 python3-venv) and put python3 on PATH`;

/** A Python that can install packages. */
export interface Python {
  command: string;
  /**
   * Version, implementation and machine, such as `3.11.7 cpython-311 linux-x86_64`. Packages work only with the build
   * that installed them.
   */
  build: string;
}

const question = `
import sys, sysconfig
import importlib.util as look
print(*sys.version_info[:2])
print(sys.version.split()[0], sys.implementation.cache_tag, sysconfig.get_platform())
print(any(look.find_spec(name) for name in ('pip', 'ensurepip')))
`;

/** Finds python3 on PATH. @throws AirlockError `python-missing` or `python-too-old`, which says what to install. */
export async function findPython(): Promise<Python> {
  const command = 'python3';
  const said = await runPython(command, ['-c', question]).catch((error: Error) => {
    throw wrong('python-missing', `python3 does not run (${error.message.trim().split('\n')[0] ?? ''})`);
  });
  const [version = '', build = '', canInstall] = said.split('\n');
  const [major = 0, minor = 0] = version.split(' ').map(Number);
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    throw wrong('python-too-old', `python3 ${build} is too old`);
  }
  if (canInstall !== 'True') throw wrong('python-missing', `python3 ${build} has neither pip nor ensurepip`);
  return { command, build };
}

/** Runs Python for at most 4 min and returns the standard output. @throws Error with the end of the standard error. */
export function runPython(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 240_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().slice(-4000) || error.message));
      else resolve(stdout);
    });
  });
}

function wrong(code: 'python-missing' | 'python-too-old', found: string): AirlockError {
  return new AirlockError({ code, message: `${found}: ${fix}` });
}

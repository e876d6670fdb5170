import { execFile } from 'node:child_process';
import { AirlockError } from '../../src/lib/error.ts';

/** The oldest Python version that can run the packages in tools/schemathesis/requirements.txt. */
const oldest = { major: 3, minor: 11 };

const fix = `install Python ${String(oldest.major)}.${String(oldest.minor)} or newer and its module ensurepip, and put python3 on PATH (on Debian: apt-get install python3 python3-venv)`;

/** A Python installation that can install packages. */
export interface Python {
  /** The command that starts this Python. */
  command: string;
  /**
   * Version, implementation and platform, such as `3.11.7 cpython-311 linux-x86_64`. Installed packages work only with
   * a Python of the same build.
   */
  build: string;
}

const inspection = `
import sys, sysconfig
import importlib.util
print(*sys.version_info[:2])
print(sys.version.split()[0], sys.implementation.cache_tag, sysconfig.get_platform())
print(any(importlib.util.find_spec(name) for name in ('pip', 'ensurepip')))
`;

/** Finds and checks python3 on PATH. @throws AirlockError `python-missing` or `python-too-old`. */
export async function findPython(): Promise<Python> {
  const command = 'python3';
  const output = await runPython(command, ['-c', inspection]).catch((error: Error) => {
    throw pythonError('python-missing', `running python3 failed (${error.message.trim().split('\n')[0] ?? ''})`);
  });
  const [version = '', build = '', canInstall] = output.split('\n');
  const [major = 0, minor = 0] = version.split(' ').map(Number);
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor)) {
    throw pythonError('python-too-old', `python3 ${build} is too old`);
  }
  if (canInstall !== 'True') throw pythonError('python-missing', `python3 ${build} has neither pip nor ensurepip`);
  return { command, build };
}

/**
 * Runs Python for at most 4 min. Returns its standard output.
 * @throws Error if Python fails. The message is the end of standard error, or another text if standard error is empty.
 */
export function runPython(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: 240_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim().slice(-4000) || error.message));
      else resolve(stdout);
    });
  });
}

function pythonError(code: 'python-missing' | 'python-too-old', found: string): AirlockError {
  return new AirlockError({ code, message: `${found}: ${fix}` });
}

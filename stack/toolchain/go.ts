import { execFile } from 'node:child_process';
import { AirlockError } from '../../src/lib/error.ts';

/** The oldest Go that compiles every pinned module. */
export const oldestGo = { major: 1, minor: 26 };

const fix = `install Go ${String(oldestGo.major)}.${String(oldestGo.minor)} or newer (https://go.dev/dl) and put it on PATH`;

/** Returns the version of the Go on PATH, such as `1.26.8`. @throws AirlockError `go-missing` or `go-too-old`. */
export async function goVersion(): Promise<string> {
  const says = await output();
  const [, version, major, minor] = /go version go((\d+)\.(\d+)\S*)/.exec(says) ?? [];
  if (version === undefined) throw wrongGo('go-missing', `\`go version\` failed (${says.trim()}): ${fix}`);
  const isOld = Number(major) === oldestGo.major && Number(minor) < oldestGo.minor;
  if (isOld) throw wrongGo('go-too-old', `Go ${version} on PATH is too old: ${fix}`);
  return version;
}

function output(): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    execFile('go', ['version'], { timeout: 10_000, env }, (error, stdout) => {
      resolve(error ? error.message : stdout);
    });
  });
}

function wrongGo(code: 'go-missing' | 'go-too-old', message: string): AirlockError {
  return new AirlockError({ code, message });
}

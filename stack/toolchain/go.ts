import { execFile } from 'node:child_process';
import { AirlockError } from '../../src/lib/error.ts';

/** The oldest Go version that can compile every Go module in tools/. */
export const oldestGo = { major: 1, minor: 26 };

const fix = `install Go ${String(oldestGo.major)}.${String(oldestGo.minor)} or newer (https://go.dev/dl) and put it on PATH`;

/** Returns the version of `go` on PATH, such as `1.26.8`. @throws AirlockError `go-missing` or `go-too-old`. */
export async function goVersion(): Promise<string> {
  const output = await goVersionOutput();
  const [, version, major, minor] = /go version go((\d+)\.(\d+)\S*)/.exec(output) ?? [];
  if (version === undefined)
    throw goError('go-missing', `\`go version\` reports no version (${output.trim()}): ${fix}`);
  const isOld = Number(major) === oldestGo.major && Number(minor) < oldestGo.minor;
  if (isOld) throw goError('go-too-old', `Go ${version} on PATH is too old: ${fix}`);
  return version;
}

/** Returns the output of `go version`, or the error message if `go version` fails. */
function goVersionOutput(): Promise<string> {
  return new Promise((resolve) => {
    const env = { ...process.env, GOTOOLCHAIN: 'local' };
    execFile('go', ['version'], { timeout: 10_000, env }, (error, stdout) => {
      resolve(error ? error.message : stdout);
    });
  });
}

function goError(code: 'go-missing' | 'go-too-old', message: string): AirlockError {
  return new AirlockError({ code, message });
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { AirlockError, badInput } from '../../lib/error.ts';
import { readYamlFile } from '../../platform/read-yaml-file.ts';
import { policyDataSchema } from './policy-data.ts';

const deadlineMs = 20_000;

interface CheckError {
  message: string;
  location?: { file?: string; row?: number; col?: number };
}

/**
 * Checks policies before a start: rules without errors (`opa check --strict`), data files that load, and a `data.yaml`
 * without a value that is missing, malformed or unknown to the rules.
 * @param opaProgram path of the program that will serve the policies, so that both agree on the language.
 * @param folders the folders of policies; the first has `data.yaml`.
 * @throws AirlockError `bad-input` with file, line, column and reason of the first error; `policy-check-failed` if
 * the program cannot be run.
 */
export async function checkPolicies(opaProgram: string, folders: readonly [string, ...string[]]): Promise<void> {
  const [folder] = folders;
  const check = async (args: string[]): Promise<void> => {
    const output = await run(opaProgram, [...args, '--format', 'json']);
    if (output !== undefined) throw refusalOf(output, folder);
  };
  await check(['check', '--strict', ...folders]);
  // `check` reads no data files. A value that no rule can use would later deny every plan, or none.
  await readYamlFile(join(folder, 'data.yaml'), policyDataSchema);
  await check(['eval', ...folders.flatMap((each) => ['--data', each]), 'true']); // loads every data file
}

function refusalOf(output: string, folder: string): AirlockError {
  const [first] = errorsIn(output);
  const { file = folder, row, col = 1 } = first?.location ?? {};
  return badInput(row ? `${file}:${row}:${col}` : file, first?.message ?? 'invalid');
}

/** @returns undefined after exit code 0, else the program's output. */
function run(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: deadlineMs, env: {} }, (error, stdout, stderr) => {
      if (!error) return resolve(undefined);
      // A number is an exit code: the program ran and found a problem.
      if (typeof error.code === 'number') return resolve(stderr.trim() ? stderr : stdout);
      const why = error.killed ? `no answer within ${deadlineMs} ms` : error.message;
      reject(new AirlockError({ code: 'policy-check-failed', message: `${program} check: ${why}` }));
    });
  });
}

function errorsIn(output: string): CheckError[] {
  try {
    return (JSON.parse(output) as { errors?: CheckError[] }).errors ?? [{ message: output }];
  } catch {
    // OPA prints some failures as plain text, such as a missing folder.
    return [{ message: output.trim().slice(0, 500) }];
  }
}

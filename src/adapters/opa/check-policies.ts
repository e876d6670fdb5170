import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { AirlockError, badInput } from '../../lib/error.ts';
import { readYamlFile } from '../../platform/read-yaml-file.ts';
import { policyDataSchema } from './policy-data.ts';

const deadlineMs = 20_000;

/** One error in the JSON output of `opa`. */
interface CheckError {
  message: string;
  location?: { file?: string; row?: number; col?: number };
}

/**
 * Checks the policies before OPA serves them. The rules must pass `opa check --strict`. `data.yaml` must match
 * `policyDataSchema`. OPA must be able to load all data files.
 * @param opaProgram path of the OPA program that will serve the policies. Another version may accept other rules.
 * @param folders the folders of the policies. The first folder contains `data.yaml`.
 * @throws AirlockError `bad-input` for the first error. The message names the file, and line and column if known.
 * `policy-check-failed` if the program cannot be run, is killed, or does not end in time.
 */
export async function checkPolicies(opaProgram: string, folders: readonly [string, ...string[]]): Promise<void> {
  const [firstFolder] = folders;
  const check = async (args: string[]): Promise<void> => {
    const output = await run(opaProgram, [...args, '--format', 'json']);
    if (output !== undefined) throw errorOf(output, firstFolder);
  };
  await check(['check', '--strict', ...folders]);
  // `opa check` reads no data files. Only the schema checks the values in `data.yaml`. A rule that reads a malformed
  // value could deny every plan, or deny no plan.
  await readYamlFile(join(firstFolder, 'data.yaml'), policyDataSchema);
  await check(['eval', ...folders.flatMap((folder) => ['--data', folder]), 'true']); // loads every data file
}

/** Returns the first error in the output. An error without a file gets the name of the folder. */
function errorOf(output: string, folder: string): AirlockError {
  const [first] = errorsIn(output);
  const { file = folder, row, col = 1 } = first?.location ?? {};
  return badInput(row ? `${file}:${row}:${col}` : file, first?.message ?? 'invalid');
}

/** Runs the program. Returns undefined after exit code 0, and the output of the program after any other exit code. */
function run(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: deadlineMs, env: {} }, (error, stdout, stderr) => {
      if (!error) return resolve(undefined);
      // A number is an exit code: the program ran and found a problem.
      if (typeof error.code === 'number') return resolve(stderr.trim() ? stderr : stdout);
      const why = error.killed ? `no answer within ${deadlineMs} ms` : error.message;
      reject(
        new AirlockError({
          code: 'policy-check-failed',
          message:
            `${program} could not check the policies (${why}): ` +
            'check that the program runs, then start Airlock again',
        }),
      );
    });
  });
}

function errorsIn(output: string): CheckError[] {
  try {
    return (JSON.parse(output) as { errors?: CheckError[] }).errors ?? [{ message: output }];
  } catch {
    // OPA prints some failures, such as a missing folder, as plain text instead of JSON.
    return [{ message: output.trim().slice(0, 500) }];
  }
}

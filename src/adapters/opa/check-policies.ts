import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { AirlockError, badInput } from '../../lib/error.ts';
import { readYamlFile } from '../../platform/read-yaml-file.ts';
import { policyDataSchema } from './policy-data.ts';

const deadlineMs = 20_000;

/** One error in the JSON output of the program. */
interface CheckError {
  message: string;
  location?: { file?: string; row?: number; col?: number };
}

/**
 * Checks policies before OPA is started with them. The rules must have no errors (`opa check --strict`). In `data.yaml`
 * no value may be missing, malformed or unknown to the rules. OPA must be able to load all data files.
 * @param opaProgram path of the OPA program that will serve the policies. Another version of OPA may accept other
 * rules.
 * @param folders the folders of policies; the first contains `data.yaml`.
 * @throws AirlockError `bad-input` with file and reason of the first error, and its line and column if they are known;
 * `policy-check-failed` if the program cannot be run or does not answer in time.
 */
export async function checkPolicies(opaProgram: string, folders: readonly [string, ...string[]]): Promise<void> {
  const [folder] = folders;
  const check = async (args: string[]): Promise<void> => {
    const output = await run(opaProgram, [...args, '--format', 'json']);
    if (output !== undefined) throw refusalOf(output, folder);
  };
  await check(['check', '--strict', ...folders]);
  // `opa check` reads no data files. Without the schema, nobody would notice a malformed value. A rule that reads the
  // value could then deny every plan, or deny no plan.
  await readYamlFile(join(folder, 'data.yaml'), policyDataSchema);
  await check(['eval', ...folders.flatMap((each) => ['--data', each]), 'true']); // loads every data file
}

function refusalOf(output: string, folder: string): AirlockError {
  const [first] = errorsIn(output);
  const { file = folder, row, col = 1 } = first?.location ?? {};
  return badInput(row ? `${file}:${row}:${col}` : file, first?.message ?? 'invalid');
}

/** Runs the program. Returns undefined after exit code 0, and otherwise the output of the program. */
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
          message: `${program} could not check the policies (${why}): check that it runs, then start again`,
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

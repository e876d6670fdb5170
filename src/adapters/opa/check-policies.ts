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
 * Refuses to start with a policy that has an error (`opa check --strict`), with data that does not load, or with a
 * `data.yaml` in which a value is missing, of a wrong form or not known to any rule.
 * @param opaProgram path of the program that will serve the policies, so that both agree on the language.
 * @throws AirlockError `bad-input` with file, line, column and reason of the first error; `policy-check-failed` where the
 * program could not be run.
 */
export async function checkPolicies(opaProgram: string, folder: string): Promise<void> {
  const mustPass = async (args: string[]): Promise<void> => {
    const output = await run(opaProgram, [...args, '--format', 'json']);
    if (output !== undefined) throw refusalOf(output, folder);
  };
  await mustPass(['check', '--strict', folder]);
  // `check` reads no data files. A value that no rule can use would deny everything, or nothing, much later.
  await readYamlFile(join(folder, 'data.yaml'), policyDataSchema);
  await mustPass(['eval', '--data', folder, 'true']); // loads every data file
}

function refusalOf(output: string, folder: string): AirlockError {
  const [first] = errorsIn(output);
  const { file = folder, row, col = 1 } = first?.location ?? {};
  return badInput(row ? `${file}:${row}:${col}` : file, first?.message ?? 'is not accepted');
}

/** @returns undefined where the program was content, else what it printed. */
function run(program: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: deadlineMs, env: {} }, (error, stdout, stderr) => {
      if (!error) return resolve(undefined);
      // A number is an exit code: the program ran and objected.
      if (typeof error.code === 'number') return resolve(stderr.trim() ? stderr : stdout);
      const why = error.killed ? `no answer within ${deadlineMs} ms` : error.message;
      reject(new AirlockError({ code: 'policy-check-failed', message: `${program} check: ${why}`, next: 'stop' }));
    });
  });
}

function errorsIn(output: string): CheckError[] {
  try {
    return (JSON.parse(output) as { errors?: CheckError[] }).errors ?? [{ message: output }];
  } catch {
    // Not every failure is printed as JSON (a folder that is not there).
    return [{ message: output.trim().slice(0, 500) }];
  }
}

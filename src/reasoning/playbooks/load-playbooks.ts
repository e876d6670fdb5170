import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfBytes } from '../../lib/digest.ts';
import { badInput } from '../../lib/error.ts';
import { playbookSchema } from '../../domain/plan/playbook.ts';
import { describeProblem, readYaml } from '../../platform/read-yaml.ts';
import { compile, type Playbook } from './compile.ts';

/**
 * Loads all playbooks of a folder, in order of file names. Each file of the folder must be a playbook. Subfolders and
 * symbolic links are ignored.
 * @throws AirlockError `bad-input` if the folder cannot be read, contains no file or contains an invalid playbook. The
 * message lists the problems of all files.
 */
export async function loadPlaybooks(folder: string): Promise<Playbook[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw badInput(folder, `cannot be read: ${error.message}`);
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const loaded = await Promise.all(files.sort().map((file) => loadPlaybook(folder, file)));
  const problems = loaded.flatMap((one) => ('problems' in one ? one.problems : []));
  if (loaded.length === 0) problems.push(`${folder}: contains no playbook (*.yaml)`);
  if (problems.length > 0) throw badInput(folder, `invalid playbooks\n${problems.join('\n')}`);
  return loaded.flatMap((one) => ('playbook' in one ? [one.playbook] : []));
}

async function loadPlaybook(folder: string, file: string): Promise<{ playbook: Playbook } | { problems: string[] }> {
  const path = join(folder, file);
  // A file with another ending is an error, because the file may be a playbook with a misspelt name.
  if (!file.endsWith('.yaml'))
    return { problems: [`${path}: is not a playbook: the name of a playbook file must end in .yaml`] };
  const bytes = await readFile(path);
  const read = readYaml(path, bytes, playbookSchema);
  if ('problems' in read) return { problems: read.problems.map(describeProblem) };
  const compiled = compile(read.value, digestOfBytes(bytes));
  const problems = 'problems' in compiled ? compiled.problems : [];
  if (`${read.value.name}.yaml` !== file)
    problems.push({ path: ['name'], reason: `must equal the file name without .yaml` });
  if ('playbook' in compiled && problems.length === 0) return compiled;
  return {
    problems: problems.map(
      (problem) => `${read.positionOf(problem.path)}: ${problem.path.join('.')}: ${problem.reason}`,
    ),
  };
}

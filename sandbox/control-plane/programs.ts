import { isAbsolute, join } from 'node:path';
import { badInput } from '../../src/lib/error.ts';

/** The names of the programs that a sandbox runs. */
export const programNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;
type ProgramName = (typeof programNames)[number];
/** The absolute path of each of these programs. */
export type Programs = Record<ProgramName, string>;

/**
 * Parses the option `--programs` of the runner (the process of one rehearsal). `text` is the path of a folder that
 * contains all programs, or a JSON object with the path of each program.
 * @throws AirlockError `bad-input` if `text` is missing or lacks the absolute path of a program.
 * @throws SyntaxError if `text` begins with `{` but is not JSON.
 */
export function parsePrograms(text: string | undefined): Programs {
  if (!text)
    throw badInput('--programs', 'expected the folder of the programs, or a JSON object with the path of each program');
  const paths: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
  const pathOf = (name: ProgramName): string => {
    const path = text.startsWith('{') ? paths[name] : join(text, name);
    if (typeof path === 'string' && isAbsolute(path)) return path;
    throw badInput(`--programs ${name}`, 'expected an absolute path');
  };
  return Object.fromEntries(programNames.map((name) => [name, pathOf(name)])) as Programs;
}

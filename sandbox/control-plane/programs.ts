import { isAbsolute, join } from 'node:path';
import { badInput } from '../../src/lib/error.ts';

/** The programs that a sandbox runs. */
export const programNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;
type ProgramName = (typeof programNames)[number];
/** The absolute path of each program. */
export type Programs = Record<ProgramName, string>;

/**
 * Returns the paths of all programs. `text` is the path of the folder that contains them, or a JSON object with a path
 * per program.
 * @throws AirlockError `bad-input` if `text` is missing or if a path is missing or not absolute.
 */
export function parsePrograms(text: string | undefined): Programs {
  if (!text) throw badInput('--programs', 'give the folder of the programs, or a JSON object of their paths');
  const given: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {};
  const pathOf = (name: ProgramName): string => {
    const path = text.startsWith('{') ? given[name] : join(text, name);
    if (typeof path === 'string' && isAbsolute(path)) return path;
    throw badInput(`--programs ${name}`, 'expected an absolute path');
  };
  return Object.fromEntries(programNames.map((name) => [name, pathOf(name)])) as Programs;
}

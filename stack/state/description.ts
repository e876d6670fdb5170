import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import type { StateFolder } from './state.ts';

const path = z.string();

/** The content of `stack.json`. It contains no secret. */
const descriptionSchema = z.strictObject({
  /** The address of Airlock's HTTP API. */
  api: z.url(),
  /** The issuer URL of the local OIDC provider. */
  issuer: z.url(),
  /** `host:port` of Temporal's gRPC service. */
  temporal: z.string(),
  vault: z.url(),
  /** The file with the bearer token of an operator. */
  operatorTokenFile: path,
  /** For each cluster name: the file with the bearer token for alerts of this cluster. */
  alertTokenFiles: z.record(z.string(), path),
  /** The file with the test users of the local OIDC provider. */
  usersFile: path,
  /** The file with the public key for the signatures of the journal's checkpoints. */
  checkpointKeyFile: path,
  /** True if every process of Airlock runs as a different operating system user. */
  ownUsers: z.boolean(),
  /** The target clusters. Each `kubeconfigFile` contains the credentials of the cluster administrator. */
  targets: z.array(z.strictObject({ name: z.string(), url: z.url(), kubeconfigFile: path, auditLogFile: path })),
});

/** The addresses and file paths of a started stack. */
export type StackDescription = z.infer<typeof descriptionSchema>;

const fileName = 'stack.json';

/** Writes `stack.json` into the state folder. */
export function writeDescription(state: StateFolder, description: StackDescription): Promise<void> {
  return state.writeJson(fileName, description);
}

/**
 * Reads `stack.json`. The stack may have stopped since its start.
 * @throws AirlockError `stack-not-running` if the state folder has no `stack.json`, `state-corrupt` if the file is
 * malformed.
 */
export async function readDescription(state: StateFolder): Promise<StackDescription> {
  const description = await state.readJson(fileName, (value) => descriptionSchema.parse(value));
  if (description) return description;
  const message = `no stack runs in ${state.path}: start one with \`npx airlock up\``;
  throw new AirlockError({ code: 'stack-not-running', message });
}

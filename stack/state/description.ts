import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import type { StateFolder } from './state.ts';

const file = z.string();

/** The addresses and file names of a running stack. The description contains no secret. */
const descriptionSchema = z.strictObject({
  api: z.url(),
  issuer: z.url(),
  /** `host:port` of Temporal's gRPC service. */
  temporal: z.string(),
  vault: z.url(),
  operatorTokenFile: file,
  /** The file with the bearer token for alerts of each target cluster. */
  alertTokenFiles: z.record(z.string(), file),
  /** The file with the test users of the local provider. */
  usersFile: file,
  /** The file with the public key that verifies the journal, in one line. */
  checkpointKeyFile: file,
  /** True if each of Airlock's processes runs as its own operating system user. */
  ownUsers: z.boolean(),
  /** The target clusters, with the kubeconfig of their administrator. */
  targets: z.array(z.strictObject({ name: z.string(), url: z.url(), kubeconfigFile: file, auditLogFile: file })),
});
/** The description of a running stack. */
export type StackDescription = z.infer<typeof descriptionSchema>;

const name = 'stack.json';

/** Writes the description for later commands. */
export function writeDescription(state: StateFolder, description: StackDescription): Promise<void> {
  return state.writeJson(name, description);
}

/** Reads the description. @throws AirlockError `stack-not-running` if the state folder has no description. */
export async function readDescription(state: StateFolder): Promise<StackDescription> {
  const description = await state.readJson(name, (value) => descriptionSchema.parse(value));
  if (description) return description;
  const message = `no stack runs in ${state.path}: start one with \`npx airlock up\``;
  throw new AirlockError({ code: 'stack-not-running', message });
}

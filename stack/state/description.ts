import { z } from 'zod';
import { AirlockError } from '../../src/lib/error.ts';
import type { StateFolder } from './state.ts';

const file = z.string();

/** What a stack that is up says of itself: addresses and names of files, never a secret. */
const descriptionSchema = z.strictObject({
  api: z.url(),
  issuer: z.url(),
  temporal: z.string(),
  vault: z.url(),
  operatorTokenFile: file,
  /** Bearer token of each source cluster. */
  alertTokenFiles: z.record(z.string(), file),
  /** The local provider's test users. */
  usersFile: file,
  /** Public key by which the journal is verified, as one line. */
  checkpointKeyFile: file,
  /** Whether each of Airlock's processes runs as a user of its own. */
  ownUsers: z.boolean(),
  /** The target clusters, as their owner reaches them. */
  targets: z.array(z.strictObject({ name: z.string(), url: z.url(), kubeconfigFile: file, auditLogFile: file })),
});
export type StackDescription = z.infer<typeof descriptionSchema>;

const name = 'stack.json';

/** Keeps it for commands that come later. */
export function writeDescription(state: StateFolder, description: StackDescription): Promise<void> {
  return state.writeJson(name, description);
}

/** The stack of that state folder. @throws AirlockError `stack-not-running` where none was started. */
export async function readDescription(state: StateFolder): Promise<StackDescription> {
  const description = await state.readJson(name, (value) => descriptionSchema.parse(value));
  if (description) return description;
  const message = `no stack is up in ${state.path}: start one with \`npx airlock up\``;
  throw new AirlockError({ code: 'stack-not-running', message });
}

import { readFile } from 'node:fs/promises';
import { readDescription } from '../stack/description.ts';
import { defaultStatePath, openState } from '../stack/state.ts';
import { signIn } from './adapters/oidc/sign-in.ts';
import { createApiClient, type ApiClient } from './cli/api-client.ts';
import { decide as decideWith, type DecideInput } from './cli/decide.ts';
import { listIncidents, showIncident } from './cli/incidents.ts';
import { showJournal } from './cli/journal.ts';
import { renderDossier } from './cli/render-dossier.ts';
import { badInput } from './domain/error.ts';
import { Secret } from './secret.ts';

// The entry point of the commands that talk to `airlock serve`: where it is, and with whose token.

interface Reach {
  api: ApiClient;
  issuer: string;
}

/**
 * AIRLOCK_API, AIRLOCK_ISSUER and AIRLOCK_TOKEN_FILE, or the embedded stack of this machine where none of them is set.
 * @throws AirlockError `bad-input` naming the variable that is missing, `no-stack`.
 */
async function reach(env = process.env): Promise<Reach> {
  const named = { api: env['AIRLOCK_API'], issuer: env['AIRLOCK_ISSUER'], tokenFile: env['AIRLOCK_TOKEN_FILE'] };
  if (Object.values(named).every((value) => value === undefined)) return reachEmbedded();
  const { api, issuer, tokenFile } = named;
  if (!api) throw badInput('AIRLOCK_API', 'is not set, but AIRLOCK_ISSUER or AIRLOCK_TOKEN_FILE is');
  if (!issuer) throw badInput('AIRLOCK_ISSUER', 'is not set, but AIRLOCK_API is');
  if (!tokenFile) throw badInput('AIRLOCK_TOKEN_FILE', 'is not set, but AIRLOCK_API is');
  return { api: createApiClient(api, await readToken(tokenFile)), issuer };
}

async function reachEmbedded(): Promise<Reach> {
  const { api, issuer, operatorTokenFile } = await readDescription(await openState(defaultStatePath()));
  return { api: createApiClient(api, await readToken(operatorTokenFile)), issuer };
}

async function readToken(file: string): Promise<Secret> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw badInput('AIRLOCK_TOKEN_FILE', `cannot be read: ${error.message}`);
  });
  return new Secret(text.trim());
}

/** `airlock incidents ls` */
export async function incidents(): Promise<void> {
  await listIncidents((await reach()).api);
}

/** `airlock incidents show` */
export async function incident(id: string): Promise<void> {
  await showIncident((await reach()).api, id);
}

/** `airlock journal show` */
export async function journal(id: string): Promise<void> {
  await showJournal((await reach()).api, id);
}

/** `airlock approve` and `airlock deny` */
export async function decide(input: DecideInput): Promise<void> {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  const err = (line: string): void => void process.stderr.write(`${line}\n`);
  await decideWith({ ...(await reach()), renderDossier, signIn, out, err }, input);
}

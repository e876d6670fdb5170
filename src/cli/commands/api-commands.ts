import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readDescription } from '../../../stack/state/description.ts';
import { defaultStatePath, openState } from '../../../stack/state/state.ts';
import { editRefusal } from '../../actions/edited.ts';
import { signIn } from '../../adapters/oidc/sign-in.ts';
import { createApiClient, type ApiClient } from '../api-client.ts';
import { decide as decideWith, type DecideInput } from '../decide.ts';
import { edit as editWith, type EditInput } from '../edit.ts';
import { listIncidents, showIncident } from '../incidents.ts';
import { showJournal } from '../journal.ts';
import { isWell, renderStatus } from '../render/status.ts';
import { watchIncidents } from '../watch.ts';
import { renderDossier } from '../render/dossier.ts';
import { request as requestWith, type RequestInput } from '../request.ts';
import { typedParameters } from '../typed-parameters.ts';
import { undo as undoWith } from '../undo.ts';
import { digestSchema } from '../../lib/digest.ts';
import { AirlockError, badInput } from '../../lib/error.ts';
import { incidentIdSchema } from '../../domain/incident/incident.ts';
import { sequenceSchema } from '../../domain/journal/journal.ts';
import { clusterNameSchema } from '../../domain/kubernetes/object.ts';
import { reasonSchema } from '../../domain/approval/decision-token.ts';
import { Secret } from '../../platform/secret.ts';

// The entry point of the commands that talk to `airlock serve`: where it is, and with whose token.

const urlSchema = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' });
// A token that no header can hold would be quoted in the error of whoever tries.
const tokenSchema = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'expected a file that holds one bearer token');

const out = (line: string): void => void process.stdout.write(`${line}\n`);
const err = (line: string): void => void process.stderr.write(`${line}\n`);

interface Reach {
  api: ApiClient;
  issuer: string;
  /** Temporal's address; not known where the API is reached by its address alone. */
  temporal?: string;
}

/**
 * AIRLOCK_API, AIRLOCK_ISSUER and AIRLOCK_TOKEN_FILE, or the embedded stack of this machine where none of them is set.
 * @throws AirlockError `bad-input` naming the variable that is missing or wrong, `no-stack`.
 */
export async function reach(env = process.env): Promise<Reach> {
  const { api, issuer, tokenFile } = namedIn(env);
  if (isEmbedded(env)) return reachEmbedded();
  if (!api) throw badInput('AIRLOCK_API', 'is not set, but AIRLOCK_ISSUER or AIRLOCK_TOKEN_FILE is');
  if (!issuer) throw badInput('AIRLOCK_ISSUER', 'is not set, but AIRLOCK_API is');
  if (!tokenFile) throw badInput('AIRLOCK_TOKEN_FILE', 'is not set, but AIRLOCK_API is');
  const url = checked('AIRLOCK_API', urlSchema, api);
  const provider = checked('AIRLOCK_ISSUER', urlSchema, issuer);
  return { api: createApiClient(url, await readToken('AIRLOCK_TOKEN_FILE', tokenFile)), issuer: provider };
}

function namedIn(env: NodeJS.ProcessEnv) {
  return { api: env['AIRLOCK_API'], issuer: env['AIRLOCK_ISSUER'], tokenFile: env['AIRLOCK_TOKEN_FILE'] };
}

function isEmbedded(env = process.env): boolean {
  return Object.values(namedIn(env)).every((value) => value === undefined);
}

async function reachEmbedded(): Promise<Reach> {
  const { api, issuer, temporal, operatorTokenFile } = await readDescription(await openState(defaultStatePath()));
  return { api: createApiClient(api, await readToken('operatorTokenFile', operatorTokenFile)), issuer, temporal };
}

async function readToken(field: string, file: string): Promise<Secret> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw badInput(field, `cannot be read: ${error.message}`);
  });
  return new Secret(checked(field, tokenSchema, text.trim()));
}

function checked(field: string, schema: z.ZodType<string>, value: string): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(field, parsed.error.issues[0]?.message ?? 'not accepted');
}

/** How a person signs in, and where they read: answers for programs on standard output, notices beside it. */
const terminal = { signIn, out, err };

/** `airlock incidents ls` */
export async function incidents(): Promise<void> {
  await listIncidents((await reach()).api);
}

/** `airlock incidents show` */
export async function incident(id: string): Promise<void> {
  checked('id', incidentIdSchema, id);
  await showIncident((await reach()).api, id);
}

/** `airlock incidents watch`: until Ctrl-C, which is how it is meant to end. */
export async function watch({ incident, after }: { incident?: string; after?: string }): Promise<void> {
  if (incident !== undefined) checked('--incident', incidentIdSchema, incident);
  if (after !== undefined) checked('--after', sequenceSchema, after);
  const { api } = await reach();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  await watchIncidents(api, { incident, after, signal: ending.signal, out, err });
}

/** `airlock status`: exit code 1 where something does not run, does not answer or is not well. */
export async function status(): Promise<void> {
  const complete = isEmbedded() ? await (await import('./stack-commands.ts')).status() : true;
  const standing = await (await reach()).api.status();
  out(renderStatus(standing));
  if (complete && isWell(standing)) return;
  throw new AirlockError({ code: 'not-well', message: 'not everything is well: see above', next: 'ask' });
}

/** `airlock journal show` */
export async function journal(id: string): Promise<void> {
  checked('incident', incidentIdSchema, id);
  await showJournal((await reach()).api, id);
}

/** `airlock approve` and `airlock deny` */
export async function decide(typed: DecideInput): Promise<void> {
  const input: DecideInput = {
    ...typed,
    incident: checked('incident', incidentIdSchema, typed.incident),
    dossier: checked('--dossier', digestSchema, typed.dossier),
    reason: checked('--reason', reasonSchema, typed.reason),
  };
  await decideWith({ ...(await reach()), ...terminal, renderDossier }, input);
}

/** As the command line has it: each parameter `name=value`. */
type Typed<Input> = Omit<Input, 'param'> & { param: readonly string[] };

/** `airlock request` */
export async function request(typed: Typed<RequestInput>): Promise<void> {
  const input: RequestInput = {
    ...typed,
    cluster: checked('--cluster', clusterNameSchema, typed.cluster),
    param: typedParameters(typed.param),
    reason: checked('--reason', reasonSchema, typed.reason),
  };
  await requestWith({ ...(await reach()), ...terminal }, input);
}

/** `airlock undo` */
export async function undo(typed: { incident: string; reason: string }): Promise<void> {
  const incident = checked('incident', incidentIdSchema, typed.incident);
  const reason = checked('--reason', reasonSchema, typed.reason);
  await undoWith({ ...(await reach()), ...terminal }, { incident, reason });
}

/** `airlock edit` */
export async function edit(typed: Typed<EditInput>): Promise<void> {
  const input: EditInput = {
    ...typed,
    incident: checked('incident', incidentIdSchema, typed.incident),
    dossier: checked('--dossier', digestSchema, typed.dossier),
    param: typedParameters(typed.param),
    reason: checked('--reason', reasonSchema, typed.reason),
  };
  await editWith({ ...(await reach()), ...terminal, renderDossier, editRefusal }, input);
}

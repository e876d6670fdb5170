import { appendFile, chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processOf, type ProcessName } from '../src/domain/names.ts';
import { startServer, type RunningServer } from './process/process.ts';
import type { StateFolder } from './state/state.ts';
import { bearerFile } from './state/tokens.ts';
import { userOf, type User } from './state/users.ts';

/** A target cluster. */
interface Cluster {
  name: string;
  class: string;
  url: string;
  caFile: string;
}

/** Addresses and settings for the configuration of Airlock's processes. */
export interface Environment {
  temporal: string;
  /** Connection string per process: each logs in to PostgreSQL as itself. */
  postgres: Record<ProcessName, string>;
  /** Identities are given only if Vault was just set up. Otherwise those on disk are still valid. */
  vault: { address: string; identities?: Record<ProcessName, { roleId: string; secretId: string }> };
  opa: string;
  issuer: string;
  clusters: Cluster[];
  /** Path of each program that a sandbox needs. */
  programs: Record<string, string>;
  checkout: string;
  /** Trust phases. The file is read at every verdict. */
  phasesFile: string;
  port: number;
  timing: Timing;
  gatewayTargetUrls?: GatewayTargetUrls;
}

/** Addresses of API servers for the gateway alone, by target name, that replace the targets' own. */
export type GatewayTargetUrls = Readonly<Record<string, string>>;

/** Deadlines of a stack. */
export interface Timing {
  /** How long a dossier can be decided and executed, by tier, seconds. */
  dossierSeconds: { low: number; medium: number; high: number };
  /** How long a target may take to match the predictions, seconds. */
  verifySeconds: number;
}

/** An hour to decide on a dossier, a minute until the predictions must hold. */
export const defaultTiming: Timing = { dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 60 };

/** What the CLI needs to use a running stack. */
export interface Endpoints {
  api: string;
  operatorTokenFile: string;
  alertTokenFiles: Record<string, string>;
  /** Whether each process runs as its own operating system user. */
  ownUsers: boolean;
}

const processes = Object.values(processOf);

/** Groups of the test users. policies/data.yaml says which groups a tier needs. */
const approverGroups = ['sre', 'lead', 'owner'];

/** Writes the configuration of the four processes, starts them, and resolves when all are ready. */
export async function startAirlock(state: StateFolder, environment: Environment): Promise<Endpoints> {
  const tokens = await state.folder('tokens', 0o700);
  const operator = await bearerFile(tokens, 'operator');
  const alerts = await Promise.all(
    environment.clusters.map(async ({ name }) => ({ cluster: name, ...(await bearerFile(tokens, `alerts-${name}`)) })),
  );
  const own = {
    listen: { host: '127.0.0.1', port: environment.port },
    tokens: {
      alerts: alerts.map(({ sha256, cluster }) => ({ sha256, cluster })),
      operators: [{ sha256: operator.sha256 }],
    },
  };
  const clusters = await Promise.all(environment.clusters.map((cluster) => withReadableCa(state, cluster)));
  const memory = await gatewayFolder(state, environment.checkout);
  const users = await Promise.all(
    processes.map((name) => start(state, { ...environment, clusters }, { name, own, memory })),
  );
  return {
    api: `http://127.0.0.1:${environment.port}`,
    operatorTokenFile: operator.file,
    alertTokenFiles: Object.fromEntries(alerts.map(({ cluster, file }) => [cluster, file])),
    ownUsers: users.every((user) => user !== undefined),
  };
}

/** Mode 0711: a process can open its own file in the folder but cannot list the folder. */
function configFolder(state: StateFolder): Promise<string> {
  return state.folder('config', 0o711);
}

/** Copies the public CA certificate, because Airlock's users cannot read the target's folder. */
async function withReadableCa(state: StateFolder, cluster: Cluster): Promise<Cluster> {
  const caFile = join(await configFolder(state), `${cluster.name}-ca.crt`);
  await writeFile(caFile, await readFile(cluster.caFile), { mode: 0o644 });
  return { ...cluster, caFile };
}

/** Folder of the gateway's checkpoint, which it must keep even if the database is rolled back. Only the gateway's user can enter. */
async function gatewayFolder(state: StateFolder, checkout: string): Promise<string> {
  const folder = await state.folder('gateway', 0o700);
  const user = await userOf('gateway', checkout);
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

async function start(
  state: StateFolder,
  environment: Environment,
  { name, own, memory }: { name: ProcessName; own: object; memory: string },
): Promise<User | undefined> {
  const user = await userOf(name, environment.checkout);
  const folder = await configFolder(state);
  const identity = join(folder, `${name}.identity.json`);
  const spans = join(await state.folder('traces', 0o711), `${name}.jsonl`);
  if (environment.vault.identities) await writeOwned(identity, environment.vault.identities[name], user);
  await appendFile(spans, '', { mode: 0o600 }); // keeps the spans of earlier runs
  if (user) await chown(spans, user.uid, user.gid);
  await writeOwned(configFile(folder, name), configOf(name, environment, { identity, spans, own, memory }), user);
  await startProcess(state, environment.checkout, name);
  return user;
}

/**
 * Starts one of the four processes with its existing configuration, and resolves when it is ready.
 * @throws AirlockError `server-failed`.
 */
export async function startProcess(state: StateFolder, checkout: string, name: ProcessName): Promise<RunningServer> {
  const folder = await configFolder(state);
  const user = await userOf(name, checkout);
  const log = join(state.path, 'logs', `${name}.log`);
  const before = await readFile(log, 'utf8').catch(() => '');
  const spec = {
    name,
    command: process.execPath,
    args: [join(checkout, 'src/main.ts'), name, '--config', configFile(folder, name)],
    env: { HOME: folder },
    deadlineMs: 60_000,
    // Each process logs this line once: when its worker polls and its API listens.
    ready: async () => (await readFile(log, 'utf8').catch(() => '')).slice(before.length).includes('"msg":"ready"'),
    order: 100,
  };
  return startServer(state, user ? { ...spec, user } : spec);
}

/** Changes the addresses of targets in the gateway's configuration, from its next start on. */
export async function setGatewayTargetUrls(state: StateFolder, gatewayTargetUrls: GatewayTargetUrls): Promise<void> {
  const file = configFile(await configFolder(state), 'gateway');
  const config = JSON.parse(await readFile(file, 'utf8')) as { clusters: Cluster[] };
  await writeFile(
    file,
    JSON.stringify({ ...config, clusters: withTargetUrls(config.clusters, gatewayTargetUrls) }, undefined, 2),
  );
}

function withTargetUrls(clusters: readonly Cluster[], gatewayTargetUrls: GatewayTargetUrls = {}): Cluster[] {
  return clusters.map((cluster) => ({ ...cluster, url: gatewayTargetUrls[cluster.name] ?? cluster.url }));
}

function configFile(folder: string, name: ProcessName): string {
  return join(folder, `${name}.json`);
}

function configOf(
  name: ProcessName,
  environment: Environment,
  { identity, spans, own, memory }: { identity: string; spans: string; own: object; memory: string },
): object {
  const vault = { address: environment.vault.address, identityFile: identity };
  const policy = { opa: environment.opa, phasesFile: environment.phasesFile };
  const oidc = { issuer: environment.issuer };
  const clusters = environment.clusters.map(({ name: cluster, class: kind }) => ({ name: cluster, class: kind }));
  const playbooks = join(environment.checkout, 'playbooks');
  const common = {
    temporal: { address: environment.temporal },
    postgres: environment.postgres[name],
    telemetry: { file: spans },
  };
  switch (name) {
    case 'serve':
      return {
        ...common,
        clusters,
        vault,
        oidc,
        policy,
        approverGroups,
        playbooks,
        ...own,
        dossierSeconds: environment.timing.dossierSeconds,
      };
    case 'reason':
      return { ...common, clusters, playbooks };
    case 'observe':
      return {
        ...common,
        clusters: environment.clusters,
        vault,
        observation: { programs: environment.programs, verifySeconds: environment.timing.verifySeconds },
      };
    case 'gateway':
      return {
        ...common,
        clusters: withTargetUrls(environment.clusters, environment.gatewayTargetUrls),
        vault,
        oidc,
        policy,
        approverGroups,
        maxDossierSeconds: environment.timing.dossierSeconds,
        checkpoint: { file: join(memory, 'checkpoint') },
      };
  }
}

async function writeOwned(file: string, value: object, user: User | undefined): Promise<void> {
  await writeFile(file, JSON.stringify(value, undefined, 2), { mode: 0o600 });
  if (user) await chown(file, user.uid, user.gid);
}

import { appendFile, chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processOf, type ProcessName } from '../src/domain/names.ts';
import { startServer, type RunningServer } from './process/process.ts';
import type { StateFolder } from './state/state.ts';
import { bearerFile } from './state/tokens.ts';
import { userOf, type User } from './state/users.ts';

/** A target as its owner describes it. */
export interface Cluster {
  name: string;
  class: string;
  url: string;
  caFile: string;
}

/** Everything that Airlock's processes are told about the servers around them. */
export interface Surroundings {
  temporal: string;
  /** Connection string per process: each logs in to PostgreSQL as itself. */
  postgres: Record<ProcessName, string>;
  /** Identities are new where Vault was set up just now; else those on disk are still good. */
  vault: { address: string; identities?: Record<ProcessName, { roleId: string; secretId: string }> };
  opa: string;
  issuer: string;
  clusters: Cluster[];
  /** Path of each program that a sandbox needs. */
  programs: Record<string, string>;
  checkout: string;
  /** Trust phases, read anew at each question. */
  phasesFile: string;
  port: number;
  times: Times;
  reach?: Reach;
}

/** Where the gateway finds a target's API server, by the target's name, if not where the others find it. */
export type Reach = Readonly<Record<string, string>>;

/** Times that a stack may be started with; each has a default that suits people. */
export interface Times {
  /** How long a dossier can be decided and executed, seconds, by tier. */
  dossierSeconds: { low: number; medium: number; high: number };
  /** How long a target may take to become what was predicted, seconds. */
  verifySeconds: number;
}

/** An hour to decide, a minute to come true. */
export const usualTimes: Times = { dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 60 };

/** What the command line needs to talk to a stack that is up. */
export interface Entrance {
  api: string;
  operatorTokenFile: string;
  alertTokenFiles: Record<string, string>;
  /** Whether each process runs as a user of its own. */
  ownUsers: boolean;
}

const processes = Object.values(processOf);

/** Those of the test users; policies/data.yaml says which of them a tier needs. */
const approverGroups = ['sre', 'lead', 'owner'];

/** Writes the configuration of the four processes, starts them, and returns when all of them work. */
export async function startAirlock(state: StateFolder, around: Surroundings): Promise<Entrance> {
  const tokens = await state.folder('tokens', 0o700);
  const operator = await bearerFile(tokens, 'operator');
  const alerts = await Promise.all(
    around.clusters.map(async ({ name }) => ({ cluster: name, ...(await bearerFile(tokens, `alerts-${name}`)) })),
  );
  const own = {
    listen: { host: '127.0.0.1', port: around.port },
    tokens: {
      alerts: alerts.map(({ sha256, cluster }) => ({ sha256, cluster })),
      operators: [{ sha256: operator.sha256 }],
    },
  };
  const clusters = await Promise.all(around.clusters.map((cluster) => withReadableCa(state, cluster)));
  const memory = await gatewayFolder(state, around.checkout);
  const users = await Promise.all(
    processes.map((name) => start(state, { ...around, clusters }, { name, own, memory })),
  );
  return {
    api: `http://127.0.0.1:${around.port}`,
    operatorTokenFile: operator.file,
    alertTokenFiles: Object.fromEntries(alerts.map(({ cluster, file }) => [cluster, file])),
    ownUsers: users.every((user) => user !== undefined),
  };
}

/** Others may pass, and read what they own; they cannot list it. */
function configFolder(state: StateFolder): Promise<string> {
  return state.folder('config', 0o711);
}

/** A certificate authority is public, but the target's own folder is closed to the users that Airlock runs as. */
async function withReadableCa(state: StateFolder, cluster: Cluster): Promise<Cluster> {
  const caFile = join(await configFolder(state), `${cluster.name}-ca.crt`);
  await writeFile(caFile, await readFile(cluster.caFile), { mode: 0o644 });
  return { ...cluster, caFile };
}

/** Where the gateway keeps what it must remember whatever the database says; nobody else enters it. */
async function gatewayFolder(state: StateFolder, checkout: string): Promise<string> {
  const folder = await state.folder('gateway', 0o700);
  const user = await userOf('gateway', checkout);
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

async function start(
  state: StateFolder,
  around: Surroundings,
  { name, own, memory }: { name: ProcessName; own: object; memory: string },
): Promise<User | undefined> {
  const user = await userOf(name, around.checkout);
  const folder = await configFolder(state);
  const identity = join(folder, `${name}.identity.json`);
  const spans = join(await state.folder('traces', 0o711), `${name}.jsonl`);
  if (around.vault.identities) await writeOwned(identity, around.vault.identities[name], user);
  await appendFile(spans, '', { mode: 0o600 }); // what earlier runs wrote stays
  if (user) await chown(spans, user.uid, user.gid);
  await writeOwned(configFile(folder, name), configOf(name, around, { identity, spans, own, memory }), user);
  await startProcess(state, around.checkout, name);
  return user;
}

/**
 * Starts one of the four processes with the configuration that it has, and returns when it works.
 * @throws AirlockError `server-failed`.
 */
export async function startProcess(state: StateFolder, checkout: string, name: ProcessName): Promise<RunningServer> {
  const folder = await configFolder(state);
  const user = await userOf(name, checkout);
  const log = join(state.path, 'logs', `${name}.log`);
  const before = await readFile(log, 'utf8').catch(() => '');
  return startServer(state, {
    name,
    command: process.execPath,
    args: [join(checkout, 'src/main.ts'), name, '--config', configFile(folder, name)],
    env: { HOME: folder },
    ...(user ? { user } : {}),
    deadlineMs: 60_000,
    // Each process logs this line once, when its worker polls and its API listens.
    ready: async () => (await readFile(log, 'utf8').catch(() => '')).slice(before.length).includes('"msg":"ready"'),
    order: 100,
  });
}

/** From its next start on, the gateway finds these targets there; the file stays its owner's. */
export async function reachTargets(state: StateFolder, reach: Reach): Promise<void> {
  const file = configFile(await configFolder(state), 'gateway');
  const config = JSON.parse(await readFile(file, 'utf8')) as { clusters: Cluster[] };
  await writeFile(file, JSON.stringify({ ...config, clusters: reached(config.clusters, reach) }, undefined, 2));
}

function reached(clusters: readonly Cluster[], reach: Reach = {}): Cluster[] {
  return clusters.map((cluster) => ({ ...cluster, url: reach[cluster.name] ?? cluster.url }));
}

function configFile(folder: string, name: ProcessName): string {
  return join(folder, `${name}.json`);
}

function configOf(
  name: ProcessName,
  around: Surroundings,
  { identity, spans, own, memory }: { identity: string; spans: string; own: object; memory: string },
): object {
  const vault = { address: around.vault.address, identityFile: identity };
  const policy = { opa: around.opa, phasesFile: around.phasesFile };
  const oidc = { issuer: around.issuer };
  const clusters = around.clusters.map(({ name: cluster, class: kind }) => ({ name: cluster, class: kind }));
  const playbooks = join(around.checkout, 'playbooks');
  const common = {
    temporal: { address: around.temporal },
    postgres: around.postgres[name],
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
        dossierSeconds: around.times.dossierSeconds,
      };
    case 'reason':
      return { ...common, clusters, playbooks };
    case 'observe':
      return {
        ...common,
        clusters: around.clusters,
        vault,
        observation: { programs: around.programs, verifySeconds: around.times.verifySeconds },
      };
    case 'gateway':
      return {
        ...common,
        clusters: reached(around.clusters, around.reach),
        vault,
        oidc,
        policy,
        approverGroups,
        maxDossierSeconds: around.times.dossierSeconds,
        checkpoint: { file: join(memory, 'checkpoint') },
      };
  }
}

async function writeOwned(file: string, value: object, user: User | undefined): Promise<void> {
  await writeFile(file, JSON.stringify(value, undefined, 2), { mode: 0o600 });
  if (user) await chown(file, user.uid, user.gid);
}

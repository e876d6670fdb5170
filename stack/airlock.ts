import { appendFile, chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processNames, type ProcessName } from '../src/domain/names.ts';
import type { Cluster, Environment, GatewayTargetUrls } from './environment.ts';
import { startServer, type RunningServer } from './process/process.ts';
import type { StateFolder } from './state/state.ts';
import { bearerFile } from './state/tokens.ts';
import { userOf, type User } from './state/users.ts';

/** What the CLI needs to use a running stack. (Not the Kubernetes kind `Endpoints`.) */
export interface Endpoints {
  /** The address of the HTTP API. */
  api: string;
  /** The file with the bearer token of an operator. */
  operatorTokenFile: string;
  /** For each cluster name: the file with the bearer token for alerts of this cluster. */
  alertTokenFiles: Record<string, string>;
  /** True if each process runs as its own operating system user. */
  ownUsers: boolean;
}

const processes = Object.values(processNames);

/** The groups whose members may approve. policies/data.yaml says which groups a tier needs. */
const approverGroups = ['sre', 'lead', 'owner'];

/** Writes the configuration of the four processes, starts the processes, and resolves when all processes are ready. */
export async function startAirlock(state: StateFolder, environment: Environment): Promise<Endpoints> {
  const tokens = await state.folder('tokens', 0o700);
  const operator = await bearerFile(tokens, 'operator');
  const alerts = await Promise.all(
    environment.clusters.map(async ({ name }) => ({ cluster: name, ...(await bearerFile(tokens, `alerts-${name}`)) })),
  );
  const serveSettings = {
    listen: { host: '127.0.0.1', port: environment.port },
    tokens: {
      alerts: alerts.map(({ sha256, cluster }) => ({ sha256, cluster })),
      operators: [{ sha256: operator.sha256 }],
    },
  };
  const clusters = await Promise.all(environment.clusters.map((cluster) => withReadableCa(state, cluster)));
  const gatewayPath = await gatewayFolder(state, environment.checkout);
  const users = await Promise.all(
    processes.map((name) =>
      configureAndStart(state, { ...environment, clusters }, { name, serveSettings, gatewayPath }),
    ),
  );
  return {
    api: `http://127.0.0.1:${environment.port}`,
    operatorTokenFile: operator.file,
    alertTokenFiles: Object.fromEntries(alerts.map(({ cluster, file }) => [cluster, file])),
    ownUsers: users.every((user) => user !== undefined),
  };
}

/**
 * Creates the folder for configuration files. Mode 0711: a process can open its own file but cannot list the folder.
 */
function configFolder(state: StateFolder): Promise<string> {
  return state.folder('config', 0o711);
}

/**
 * Copies the CA certificate of a target to the configuration folder. The processes cannot read the folder of the
 * target. The certificate is public.
 */
async function withReadableCa(state: StateFolder, cluster: Cluster): Promise<Cluster> {
  const caFile = join(await configFolder(state), `${cluster.name}-ca.crt`);
  await writeFile(caFile, await readFile(cluster.caFile), { mode: 0o644 });
  return { ...cluster, caFile };
}

/**
 * Creates the folder for the gateway's own copy of the last checkpoint. The copy is outside the database, so the
 * gateway notices if somebody restores an older database. Only the gateway's user can enter the folder.
 */
async function gatewayFolder(state: StateFolder, checkout: string): Promise<string> {
  const folder = await state.folder('gateway', 0o700);
  const user = await userOf('gateway', checkout);
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

async function configureAndStart(
  state: StateFolder,
  environment: Environment,
  { name, serveSettings, gatewayPath }: { name: ProcessName; serveSettings: object; gatewayPath: string },
): Promise<User | undefined> {
  const user = await userOf(name, environment.checkout);
  const folder = await configFolder(state);
  const identityPath = join(folder, `${name}.identity.json`);
  const spansPath = join(await state.folder('traces', 0o711), `${name}.jsonl`);
  if (environment.vault.identities) await writeOwned(identityPath, environment.vault.identities[name], user);
  await appendFile(spansPath, '', { mode: 0o600 }); // creates a missing file, and keeps the spans of earlier runs
  if (user) await chown(spansPath, user.uid, user.gid);
  await writeOwned(
    configFile(folder, name),
    configOf(name, environment, { identityPath, spansPath, serveSettings, gatewayPath }),
    user,
  );
  await startProcess(state, environment.checkout, name);
  return user;
}

/**
 * Starts one of the four processes with its existing configuration, and resolves when the process is ready.
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
    // Each process logs this line once, at the end of its start. Lines of earlier runs are cut off.
    ready: async () => (await readFile(log, 'utf8').catch(() => '')).slice(before.length).includes('"msg":"ready"'),
    order: 100,
  };
  return startServer(state, user ? { ...spec, user } : spec);
}

/**
 * Changes the addresses of targets in the gateway's configuration. The change takes effect at the gateway's next start.
 */
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
  {
    identityPath,
    spansPath,
    serveSettings,
    gatewayPath,
  }: { identityPath: string; spansPath: string; serveSettings: object; gatewayPath: string },
): object {
  const vault = { address: environment.vault.address, identityFile: identityPath };
  const policy = { opa: environment.opa, phasesFile: environment.phasesFile };
  const oidc = { issuer: environment.issuer };
  const clusters = environment.clusters.map(({ name: cluster, class: kind }) => ({ name: cluster, class: kind }));
  const playbooks = join(environment.checkout, 'playbooks');
  const common = {
    temporal: { address: environment.temporal },
    postgres: environment.postgres[name],
    telemetry: { file: spansPath },
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
        ...serveSettings,
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
        checkpoint: { file: join(gatewayPath, 'checkpoint') },
      };
  }
}

async function writeOwned(file: string, value: object, user: User | undefined): Promise<void> {
  await writeFile(file, JSON.stringify(value, undefined, 2), { mode: 0o600 });
  if (user) await chown(file, user.uid, user.gid);
}

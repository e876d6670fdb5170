import { appendFile, chown, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processNames, type ProcessName } from '../src/domain/names.ts';
import type { Cluster, Environment, GatewayTargetUrls } from './environment.ts';
import { identityFileOf } from './identities.ts';
import { startServer, type RunningServer } from './process/process.ts';
import { stepUpAcr } from './oidc/test-users.ts';
import type { StateFolder } from './state/state.ts';
import { ensureTokenFile } from './state/tokens.ts';
import { systemUserOf, type SystemUser } from './state/users.ts';

/** The result of `startAirlock`. */
export interface StartedAirlock {
  /** The URL of the HTTP API. */
  api: string;
  /** The file with an operator's bearer token. */
  operatorTokenFile: string;
  /** By target name: the file with the bearer token for alerts about this target. */
  alertTokenFiles: Record<string, string>;
  /** True if each process runs as an operating system user of its own. */
  ownUsers: boolean;
}

const allProcessNames = Object.values(processNames);

/** For each tier: the groups whose approvals can count. Equal to `approver_groups` in policies/data.yaml. */
const approverGroups = { low: ['sre', 'lead', 'owner'], medium: ['lead', 'owner'], high: ['sre', 'lead', 'owner'] };

/** For each tier: how a person must sign in to approve. For tier high, the local provider also asks for a code. */
const stepUp = { low: {}, medium: {}, high: { acr: [stepUpAcr] } };

/**
 * Writes the configuration of the four processes and starts the processes. Resolves when all processes are ready. The
 * identity files must exist.
 * @throws AirlockError `server-failed`.
 */
export async function startAirlock(state: StateFolder, environment: Environment): Promise<StartedAirlock> {
  const operatorToken = await ensureTokenFile(state, 'operator');
  const alertTokens = await Promise.all(
    environment.clusters.map(async ({ name }) => ({
      cluster: name,
      ...(await ensureTokenFile(state, `alerts-${name}`)),
    })),
  );
  const serveSettings = {
    listen: { host: '127.0.0.1', port: environment.port },
    tokens: {
      alerts: alertTokens.map(({ file: _, ...entry }) => entry),
      operators: [operatorToken].map(({ file: _, ...entry }) => entry),
    },
  };
  const clusters = await Promise.all(environment.clusters.map((cluster) => withReadableCa(state, cluster)));
  const users = await Promise.all(
    allProcessNames.map((name) => configureAndStart(state, { ...environment, clusters }, { name, serveSettings })),
  );
  return {
    api: `http://127.0.0.1:${environment.port}`,
    operatorTokenFile: operatorToken.file,
    alertTokenFiles: Object.fromEntries(alertTokens.map(({ cluster, file }) => [cluster, file])),
    ownUsers: users.every((user) => user !== undefined),
  };
}

/**
 * Returns the folder with the configuration files. Mode 0711: a process with an operating system user of its own can
 * open its own files, but cannot list the folder.
 */
function configFolder(state: StateFolder): Promise<string> {
  return state.folder('config', 0o711);
}

/**
 * Copies the CA certificate of a target to the configuration folder, and returns the target with the path of the copy.
 * A process with an operating system user of its own cannot read the original file. The certificate is public.
 */
async function withReadableCa(state: StateFolder, cluster: Cluster): Promise<Cluster> {
  const caFile = join(await configFolder(state), `${cluster.name}-ca.crt`);
  await writeFile(caFile, await readFile(cluster.caFile), { mode: 0o644 });
  return { ...cluster, caFile };
}

async function configureAndStart(
  state: StateFolder,
  environment: Environment,
  { name, serveSettings }: { name: ProcessName; serveSettings: object },
): Promise<SystemUser | undefined> {
  const user = await systemUserOf(name, environment.checkout);
  const folder = await configFolder(state);
  const identityFile = identityFileOf(state, name);
  const spansFile = join(await state.folder('traces', 0o711), `${name}.jsonl`);
  await appendFile(spansFile, '', { mode: 0o600 }); // creates a missing file; keeps the spans in an existing file
  if (user) await chown(spansFile, user.uid, user.gid);
  await writePrivateJson(
    configFile(folder, name),
    configOf(name, environment, { identityFile, spansFile, serveSettings }),
    user,
  );
  await startProcess(state, environment.checkout, name);
  return user;
}

/**
 * Starts one of the four processes, and resolves when the process is ready. The configuration file must exist.
 * @throws AirlockError `server-failed`.
 */
export async function startProcess(state: StateFolder, checkout: string, name: ProcessName): Promise<RunningServer> {
  const folder = await configFolder(state);
  const user = await systemUserOf(name, checkout);
  const log = join(state.path, 'logs', `${name}.log`);
  const oldLog = await readFile(log, 'utf8').catch(() => '');
  const spec = {
    name,
    command: process.execPath,
    args: [join(checkout, 'src/main.ts'), name, '--config', configFile(folder, name)],
    env: { HOME: folder },
    deadlineMs: 60_000,
    // A process logs `ready` once, at the end of its start. The lines of earlier starts are not searched.
    ready: async () => (await readFile(log, 'utf8').catch(() => '')).slice(oldLog.length).includes('"msg":"ready"'),
    order: 100,
  };
  return startServer(state, user ? { ...spec, user } : spec);
}

/**
 * In the gateway's configuration, replaces the URL of each target in `gatewayTargetUrls`. Other targets keep their URL.
 * The gateway uses the new URLs after its next start.
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
  { identityFile, spansFile, serveSettings }: { identityFile: string; spansFile: string; serveSettings: object },
): object {
  const vault = { address: environment.vault, identityFile };
  const policy = { opa: environment.opa, phasesFile: environment.phasesFile };
  const oidc = { issuer: environment.issuer, stepUp };
  const clustersWithoutUrls = environment.clusters.map((cluster) => ({ name: cluster.name, class: cluster.class }));
  const playbooks = join(environment.checkout, 'playbooks');
  const common = {
    temporal: { address: environment.temporal },
    postgres: environment.postgres[name],
    telemetry: { file: spansFile },
  };
  switch (name) {
    case 'serve':
      return {
        ...common,
        clusters: clustersWithoutUrls,
        vault,
        oidc,
        policy,
        approverGroups,
        playbooks,
        ...serveSettings,
        dossierSeconds: environment.timing.dossierSeconds,
      };
    case 'reason':
      return { ...common, clusters: clustersWithoutUrls, playbooks };
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
        // The local provider returns what its login page showed.
        oidc: { ...oidc, authorizationDetails: 'required' },
        policy,
        approverGroups,
        maxDossierSeconds: environment.timing.dossierSeconds,
      };
  }
}

async function writePrivateJson(file: string, value: object, owner: SystemUser | undefined): Promise<void> {
  await writeFile(file, JSON.stringify(value, undefined, 2), { mode: 0o600 });
  if (owner) await chown(file, owner.uid, owner.gid);
}

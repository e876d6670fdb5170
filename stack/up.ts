import { copyFile, link, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installGuardrails } from '../clusters/guardrails/install/install.ts';
import { requestMinterTokens } from '../clusters/guardrails/install/minter-token.ts';
import { readGuardrailValues, type GuardrailValues } from '../clusters/guardrails/values.ts';
import { setUpVault, type VaultLogins, type VaultTarget } from '../clusters/vault/set-up.ts';
import { journalOrigin } from '../src/tlog/checkpoint.ts';
import { policyFolders } from '../src/domain/policy/policy-folders.ts';
import { verifierKey } from '../src/tlog/note.ts';
import { startAirlock } from './airlock.ts';
import { defaultTiming, type GatewayTargetUrls, type Timing } from './environment.ts';
import { writeIdentities } from './identities.ts';
import { readDescription, writeDescription, type StackDescription } from './state/description.ts';
import { withLock } from './state/lock.mjs';
import { keptPort } from './state/kept-port.ts';
import { startOidc } from './servers/oidc.ts';
import { startOpa } from './servers/opa.ts';
import type { Toolchain } from './toolchain/toolchain.ts';
import { startPostgres } from './servers/postgres.ts';
import { settleAll } from './process/settle-all.ts';
import { isRunning, stopAll } from './process/process.ts';
import type { Progress } from './progress.ts';
import type { StateFolder } from './state/state.ts';
import { startTarget, type Target } from './servers/target.ts';
import { startTemporal } from './servers/temporal.ts';
import { startVault, type VaultServer } from './servers/vault.ts';

/** Options for the start of a stack. */
export interface UpOptions {
  /** The folder of Airlock's source code. */
  checkout: string;
  /** The folder to which the stack writes all its files. */
  state: StateFolder;
  toolchain: Toolchain;
  progress: Progress;
  /**
   * Migrates the database to the schema of this version of Airlock. `ownerUrl` is the connection string of the
   * database owner. The caller provides this function, because `stack` must not import the adapter for PostgreSQL.
   */
  migrate: (ownerUrl: string) => Promise<void>;
  /** Time limits for dossiers and verifications. Default: `defaultTiming`. */
  timing?: Timing;
  /** The file with the trust phases. Default: `policies/phases.yaml` in `checkout`. */
  phasesFile?: string;
  /** For a target name: the address of a proxy through which the gateway reaches this target. Default: no proxies. */
  gatewayTargetUrls?: GatewayTargetUrls;
}

/** The names of the two target clusters. */
const targetNames = ['east', 'west'] as const;

// Lifetime of the minters' tokens. A minter is a ServiceAccount in a target. Vault uses the token of the minter to
// create credentials in the target. Each start of the stack requests new tokens. After 30 days without a new start, run
// `airlock down`, then `airlock up`.
const minterTokenSeconds = 30 * 24 * 3600;

/**
 * Starts a stack, and returns its description. If the stack already runs completely, only returns the description.
 *
 * The servers and the two targets start first, all at the same time. Then Vault is set up. At a later start of the same
 * stack, this gives the four processes new Vault logins, and ends the old ones. Then the four processes start.
 *
 * If two calls run at the same time, the second call waits until the first call ends. If only some processes of an
 * earlier start still run, these processes are stopped first.
 * @throws the error of the step that failed, after all started processes are stopped.
 */
export async function up(options: UpOptions): Promise<StackDescription> {
  const { state, progress } = options;
  const onWait = (pid: number): void => progress.step(`waiting: process ${pid} is starting a stack in ${state.path}`);
  return withLock(join(state.path, 'up.lock'), onWait, async () => {
    if (await allProcessesRun(state)) return readDescription(state);
    await stopAll(state);
    try {
      return await start(options);
    } catch (error) {
      await stopAll(state);
      throw error;
    }
  });
}

/**
 * Returns true if all recorded processes run, and the gateway is one of these processes. The gateway is among the last
 * processes of a start. So without a record of the gateway, the start was not complete.
 */
async function allProcessesRun(state: StateFolder): Promise<boolean> {
  const records = await state.records();
  return records.some(({ name }) => name === 'gateway') && records.every(isRunning);
}

async function start({
  checkout,
  state,
  toolchain,
  progress,
  migrate,
  timing = defaultTiming,
  phasesFile = join(checkout, 'policies/phases.yaml'),
  gatewayTargetUrls = {},
}: UpOptions): Promise<StackDescription> {
  progress.step('stack: starting PostgreSQL, Temporal, Vault, OPA, OIDC provider, targets east and west');
  const values = await readGuardrailValues(join(checkout, 'charts/airlock-target/values.yaml'));
  const [postgres, temporal, vault, opa, oidc, targets] = await settleAll([
    startPostgres(state).then(async (started) => {
      await migrate(started.owner);
      return started;
    }),
    startTemporal(state, toolchain.program('temporal')),
    startVault(state, toolchain.program('vault')),
    startOpa(state, toolchain.program('opa'), policyFolders(checkout)),
    startOidc(state),
    settleAll(targetNames.map((name) => startGuardedTarget({ state, toolchain, name, values }))),
  ]);
  progress.step('stack: the targets enforce the guardrails; setting up Vault');
  const checkpointKeyFile = join(state.path, 'journal.vkey');
  const handOver = (logins: VaultLogins): Promise<void> => writeIdentities(state, checkout, logins);
  await setUpVaultFor(vault, { targets, values, checkpointKeyFile, handOver });
  progress.step("stack: starting Airlock's processes: serve, reason, observe, gateway");
  const airlock = await startAirlock(state, {
    temporal: temporal.address,
    postgres: postgres.processes,
    vault: vault.address,
    opa,
    issuer: oidc.issuer,
    clusters: targets.map(({ name, controlPlane: { url, caFile } }) => ({ name, class: 'embedded', url, caFile })),
    programs: await sandboxPrograms(state, toolchain),
    checkout,
    phasesFile,
    port: await keptPort(state, 'serve'),
    timing,
    gatewayTargetUrls,
  });
  const description: StackDescription = {
    ...airlock,
    issuer: oidc.issuer,
    usersFile: oidc.usersFile,
    checkpointKeyFile,
    temporal: temporal.address,
    vault: vault.address,
    targets: targets.map(({ name, controlPlane: { url, kubeconfigFile, auditLogFile } }) => ({
      name,
      url,
      kubeconfigFile,
      auditLogFile,
    })),
  };
  await writeDescription(state, description);
  return description;
}

/** Starts a target, and installs the guardrails in the target: admission policies and RBAC that limit Airlock. */
async function startGuardedTarget({ state, toolchain, name, values }: GuardedTargetOptions): Promise<Target> {
  const target = await startTarget(state, toolchain, name);
  await installGuardrails(target.request, values);
  return target;
}

interface GuardedTargetOptions {
  state: StateFolder;
  toolchain: Toolchain;
  name: string;
  values: GuardrailValues;
}

interface VaultSetUpOptions {
  targets: readonly Target[];
  values: GuardrailValues;
  /** The file to which the public key of the journal is written. */
  checkpointKeyFile: string;
  handOver: (logins: VaultLogins) => Promise<void>;
}

/** Sets Vault up for the targets. The processes run on this machine, and Vault listens on 127.0.0.1. */
async function setUpVaultFor(
  vault: VaultServer,
  { targets, values, checkpointKeyFile, handOver }: VaultSetUpOptions,
): Promise<void> {
  const vaultTargets: VaultTarget[] = await Promise.all(
    targets.map(async ({ name, request, controlPlane: { url, caFile } }) => ({
      name,
      url,
      allowedNamespaces: values.allowedNamespaces,
      ca: await readFile(caFile, 'utf8'),
      minterTokens: await requestMinterTokens(request, values, minterTokenSeconds),
    })),
  );
  const { address, rootToken, auditFile } = vault;
  const { checkpointPublicKey } = await setUpVault({
    address,
    rootToken,
    auditFile,
    targets: vaultTargets,
    cidrs: ['127.0.0.1/32'],
    handOver,
  });
  await writeVerifierKey(checkpointKeyFile, checkpointPublicKey);
  await vault.recordSetUp();
}

/**
 * Writes the public key that verifies the checkpoints of the journal. The stack gets this key from Vault, because a
 * compromised process of Airlock could return a different key.
 */
function writeVerifierKey(file: string, publicKey: Uint8Array): Promise<void> {
  return writeFile(file, `${verifierKey({ name: journalOrigin, publicKey })}\n`, { mode: 0o644 });
}

const sandboxProgramNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/**
 * Links or copies the programs of the sandbox into a folder of the stack. The operating system user of `observe` runs
 * these programs, and may have no access to the folder of the toolchain.
 * @returns the path of each program.
 */
async function sandboxPrograms(state: StateFolder, toolchain: Toolchain): Promise<Record<string, string>> {
  const folder = await state.folder('programs', 0o755);
  const linkOrCopy = async (name: (typeof sandboxProgramNames)[number]): Promise<[string, string]> => {
    const path = join(folder, name);
    await rm(path, { force: true });
    const program = await realpath(toolchain.program(name)); // without `realpath`, a symbolic link would be linked
    await link(program, path).catch(() => copyFile(program, path)); // `link` fails between two file systems
    return [name, path];
  };
  return Object.fromEntries(await Promise.all(sandboxProgramNames.map(linkOrCopy)));
}

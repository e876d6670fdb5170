import { copyFile, link, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installGuardrails } from '../clusters/guardrails/install/install.ts';
import { minterTokens } from '../clusters/guardrails/install/minter-token.ts';
import { readGuardrailValues, type GuardrailValues } from '../clusters/guardrails/values.ts';
import { setUpVault, type VaultSetUpResult, type VaultTarget } from '../clusters/vault/set-up.ts';
import { journalOrigin } from '../src/tlog/checkpoint.ts';
import { omitUndefined } from '../src/lib/omit-undefined.ts';
import { policyFolders } from '../src/domain/policy/policy-folders.ts';
import { verifierKey } from '../src/tlog/note.ts';
import { startAirlock } from './airlock.ts';
import { defaultTiming, type GatewayTargetUrls, type Timing } from './environment.ts';
import { readDescription, writeDescription, type StackDescription } from './state/description.ts';
import { withLock } from './state/lock.mjs';
import { keptPort } from './state/kept-port.ts';
import { startOidc } from './servers/oidc.ts';
import { startOpa } from './servers/opa.ts';
import type { Toolchain } from './toolchain/toolchain.ts';
import { startPostgres } from './servers/postgres.ts';
import { settleAll } from './process/settle-all.ts';
import { alive, stopAll } from './process/process.ts';
import type { Progress } from './progress.ts';
import type { StateFolder } from './state/state.ts';
import { startTarget, type Target } from './servers/target.ts';
import { startTemporal } from './servers/temporal.ts';
import { startVault, type VaultServer } from './servers/vault.ts';

/** Options for the start of a stack. */
export interface UpOptions {
  /** The folder of Airlock's source code. */
  checkout: string;
  state: StateFolder;
  toolchain: Toolchain;
  progress: Progress;
  /**
   * Migrates the database to the schema of this version of Airlock. The caller provides this function, because the
   * schema belongs to the adapters, and this folder may not import an adapter.
   */
  migrate: (ownerUrl: string) => Promise<void>;
  timing?: Timing;
  /** The file with the trust phases. Default: policies/phases.yaml of the checkout. */
  phasesFile?: string;
  gatewayTargetUrls?: GatewayTargetUrls;
}

/** Names of the two target clusters. */
const targetNames = ['east', 'west'] as const;

// Vault creates credentials in a target with the token of a minter, which is a ServiceAccount. This is the lifetime of
// these tokens, so a local stack works for 30 days. Administrators of real clusters choose this lifetime themselves.
const minterTokenSeconds = 30 * 24 * 3600;

/**
 * Starts a stack. The servers and the targets start at the same time. Each target gets its guardrails (admission
 * policies and RBAC that limit Airlock), and PostgreSQL gets the schema. Then Vault is set up. Then the four processes
 * of Airlock start.
 *
 * Two calls at the same time are safe: the second call waits, and then returns the stack that the first call started.
 * If some processes of an earlier stack in this state folder do not run any more, the others are stopped first. If the
 * start fails, everything that it has started is stopped.
 */
export async function up(options: UpOptions): Promise<StackDescription> {
  const { state, progress } = options;
  const onWait = (pid: number): void => progress.step(`waiting: process ${pid} is starting a stack in this folder`);
  return withLock(join(state.path, 'up.lock'), onWait, async () => {
    if (await runsCompletely(state)) return readDescription(state);
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
 * Returns true if the last start was complete and all recorded processes still run. The gateway is among the last
 * processes to start, so a record of the gateway shows that the start was complete.
 */
async function runsCompletely(state: StateFolder): Promise<boolean> {
  const records = await state.records();
  const alives = await Promise.all(records.map(alive));
  return records.some(({ name }) => name === 'gateway') && !alives.includes(false);
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
  const [logins, temporal, vault, opa, oidc, targets] = await settleAll([
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
  progress.step('stack: guardrails are enforced; setting up Vault');
  const checkpointKeyFile = join(state.path, 'journal.vkey');
  const identities = await configureVault(vault, { targets, values, checkpointKeyFile });
  progress.step("stack: starting Airlock's processes: serve, reason, observe, gateway");
  const endpoints = await startAirlock(state, {
    temporal: temporal.address,
    postgres: logins.processes,
    vault: omitUndefined({ address: vault.address, identities }),
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
    ...endpoints,
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

/** Starts a target and installs Airlock's guardrails in it. */
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

interface VaultConfiguration {
  targets: readonly Target[];
  values: GuardrailValues;
  checkpointKeyFile: string;
}

/**
 * Sets up a new Vault and returns the new logins of Airlock's processes. Returns undefined if an earlier start has set
 * Vault up, because the logins of that start are still valid.
 */
async function configureVault(
  vault: VaultServer,
  { targets, values, checkpointKeyFile }: VaultConfiguration,
): Promise<VaultSetUpResult['logins'] | undefined> {
  if (!vault.rootToken) return undefined;
  const vaultTargets: VaultTarget[] = await Promise.all(
    targets.map(async ({ name, request, controlPlane: { url, caFile } }) => ({
      name,
      url,
      allowedNamespaces: values.allowedNamespaces,
      ca: await readFile(caFile, 'utf8'),
      minters: await minterTokens(request, values, minterTokenSeconds),
    })),
  );
  const { address, rootToken, auditFile } = vault;
  const { logins, checkpointKey } = await setUpVault({ address, rootToken, auditFile, targets: vaultTargets });
  await writeVerifierKey(checkpointKeyFile, checkpointKey);
  await vault.recordSetUp();
  return logins;
}

/**
 * Writes the public key that verifies the journal. The key comes from the set-up of Vault, because a compromised
 * process of Airlock could write another key.
 */
function writeVerifierKey(file: string, publicKey: Uint8Array): Promise<void> {
  return writeFile(file, `${verifierKey({ name: journalOrigin, publicKey })}\n`, { mode: 0o644 });
}

const sandboxProgramNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/**
 * Puts the programs of the sandbox into a folder from which the user of `observe` can run the programs. The tool cache
 * may be below a home folder that this user cannot enter.
 */
async function sandboxPrograms(state: StateFolder, toolchain: Toolchain): Promise<Record<string, string>> {
  const folder = await state.folder('programs', 0o755);
  const provide = async (name: (typeof sandboxProgramNames)[number]): Promise<[string, string]> => {
    const path = join(folder, name);
    await rm(path, { force: true });
    const program = await realpath(toolchain.program(name)); // link the program itself, not a symbolic link to it
    await link(program, path).catch(() => copyFile(program, path));
    return [name, path];
  };
  return Object.fromEntries(await Promise.all(sandboxProgramNames.map(provide)));
}

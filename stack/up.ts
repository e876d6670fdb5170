import { copyFile, link, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOwner } from '../clusters/guardrails/install/install.ts';
import { minterTokens } from '../clusters/guardrails/install/minter-token.ts';
import { readOwnerValues, type OwnerValues } from '../clusters/guardrails/values.ts';
import { setUpVault, type SetUpResult, type VaultTarget } from '../clusters/vault/set-up.ts';
import { journalOrigin } from '../src/tlog/checkpoint.ts';
import { verifierKey } from '../src/tlog/note.ts';
import { startAirlock, usualTimes, type Reach, type Times } from './airlock.ts';
import { readDescription, writeDescription, type StackDescription } from './state/description.ts';
import { withLock } from './state/lock.mjs';
import { keptPort } from './state/kept-port.ts';
import { startOidc } from './servers/oidc.ts';
import { startOpa } from './servers/opa.ts';
import type { Parts } from './toolchain/toolchain.ts';
import { startPostgres } from './servers/postgres.ts';
import { settleAll } from './process/settle-all.ts';
import { alive, stopAll } from './process/process.ts';
import type { Progress } from './progress.ts';
import type { StateFolder } from './state/state.ts';
import { startTarget, type Target } from './servers/target.ts';
import { startTemporal } from './servers/temporal.ts';
import { startVault, type VaultServer } from './servers/vault.ts';

/** What a stack is started with. */
export interface UpOptions {
  checkout: string;
  state: StateFolder;
  parts: Parts;
  progress: Progress;
  /** Brings the database to this build's schema; handed in, because the schema is the adapters'. */
  migrate: (ownerUrl: string) => Promise<void>;
  times?: Times;
  /** Trust phases; the checkout's own where left out. */
  phasesFile?: string;
  reach?: Reach;
}

/** Names of the two target clusters. */
export const targetNames = ['east', 'west'] as const;

// As long as a local stack may be kept; the minters' tokens of real targets are the owner's business.
const minterTokenSeconds = 30 * 24 * 3600;

/**
 * Starts everything, in the order in which one needs the other: servers and targets side by side; then what the targets'
 * owner installs, Vault's set-up and the schema; then Airlock's four processes. Safe to run twice at once: the second
 * waits and finds the first's stack. Leftovers of an earlier run of this state folder that is not whole any more are
 * stopped first. Where it fails, what was started is stopped again.
 */
export async function up(options: UpOptions): Promise<StackDescription> {
  const { state, progress } = options;
  const onWait = (pid: number): void => progress.step(`waiting: process ${pid} is starting a stack in this folder`);
  return withLock(join(state.path, 'up.lock'), onWait, async () => {
    if (await runsWhole(state)) return readDescription(state);
    await stopAll(state);
    try {
      return await start(options);
    } catch (error) {
      await stopAll(state);
      throw error;
    }
  });
}

/** Whether everything that was started last still runs; the gateway among it, as what is started last. */
async function runsWhole(state: StateFolder): Promise<boolean> {
  const records = await state.records();
  const alives = await Promise.all(records.map(alive));
  return records.some(({ name }) => name === 'gateway') && !alives.includes(false);
}

async function start({
  checkout,
  state,
  parts,
  progress,
  migrate,
  times = usualTimes,
  phasesFile = join(checkout, 'policies/phases.yaml'),
  reach = {},
}: UpOptions): Promise<StackDescription> {
  progress.step('stack: starting PostgreSQL, Temporal, Vault, OPA, OIDC provider, targets east and west');
  const values = await readOwnerValues(join(checkout, 'charts/airlock-target/values.yaml'));
  const [logins, temporal, vault, opa, oidc, targets] = await settleAll([
    startPostgres(state).then(async (started) => {
      await migrate(started.owner);
      return started;
    }),
    startTemporal(state, parts.program('temporal')),
    startVault(state, parts.program('vault')),
    startOpa(state, parts.program('opa'), join(checkout, 'policies')),
    startOidc(state),
    settleAll(targetNames.map((name) => startOwnedTarget({ state, parts, name, values }))),
  ]);
  progress.step('stack: locks are in place; setting Vault up');
  const checkpointKeyFile = join(state.path, 'journal.vkey');
  const identities = await configureVault(vault, { targets, values, checkpointKeyFile });
  progress.step("stack: starting Airlock's processes: serve, reason, observe, gateway");
  const entrance = await startAirlock(state, {
    temporal: temporal.address,
    postgres: logins.processes,
    vault: { address: vault.address, ...(identities ? { identities } : {}) },
    opa,
    issuer: oidc.issuer,
    clusters: targets.map(({ name, controlPlane: { url, caFile } }) => ({ name, class: 'embedded', url, caFile })),
    programs: await sandboxPrograms(state, parts),
    checkout,
    phasesFile,
    port: await keptPort(state, 'serve'),
    times,
    reach,
  });
  const description: StackDescription = {
    ...entrance,
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

/** A target, and what its owner installs for Airlock. */
async function startOwnedTarget({ state, parts, name, values }: Owned): Promise<Target> {
  const target = await startTarget(state, parts, name);
  await installOwner(target.request, values);
  return target;
}

interface Owned {
  state: StateFolder;
  parts: Parts;
  name: string;
  values: OwnerValues;
}

interface ToConfigure {
  targets: readonly Target[];
  values: OwnerValues;
  checkpointKeyFile: string;
}

/** Sets a fresh Vault up and gives the identities that it made; one that was set up before keeps its own. */
async function configureVault(
  vault: VaultServer,
  { targets, values, checkpointKeyFile }: ToConfigure,
): Promise<SetUpResult['logins'] | undefined> {
  if (!vault.rootToken) return undefined;
  const known: VaultTarget[] = await Promise.all(
    targets.map(async ({ name, request, controlPlane: { url, caFile } }) => ({
      name,
      url,
      allowedNamespaces: values.allowedNamespaces,
      ca: await readFile(caFile, 'utf8'),
      minters: await minterTokens(request, values, minterTokenSeconds),
    })),
  );
  const { address, rootToken, auditFile } = vault;
  const { logins, checkpointKey } = await setUpVault({ address, rootToken, auditFile, targets: known });
  await writeVerifierKey(checkpointKeyFile, checkpointKey);
  await vault.finished();
  return logins;
}

/** By which people verify the journal: from Vault's set-up itself, not from a process that could lie. Public. */
function writeVerifierKey(file: string, publicKey: Uint8Array): Promise<void> {
  return writeFile(file, `${verifierKey({ name: journalOrigin, publicKey })}\n`, { mode: 0o644 });
}

const sandboxProgramNames = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok'] as const;

/** The sandbox's programs where the user that observe runs as can reach them: a cache below a home often cannot be. */
async function sandboxPrograms(state: StateFolder, parts: Parts): Promise<Record<string, string>> {
  const folder = await state.folder('programs', 0o755);
  const place = async (name: (typeof sandboxProgramNames)[number]): Promise<[string, string]> => {
    const path = join(folder, name);
    await rm(path, { force: true });
    const program = await realpath(parts.program(name)); // else a symlink is linked, not what it names
    await link(program, path).catch(() => copyFile(program, path));
    return [name, path];
  };
  return Object.fromEntries(await Promise.all(sandboxProgramNames.map(place)));
}

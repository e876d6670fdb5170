import { poll } from '../../demo/stage.ts';
import { target, type CrashStack } from './crash-stack.ts';
import type { Scaling } from './scaling.ts';
import type { KillPoint, Moment } from './kill-points.ts';
import { sandboxProcesses, scratchFoldersOf, type SandboxProcess } from './sandboxes.ts';

/** Something that is to be killed at a moment of an incident's way. */
export interface Strike {
  /** Before the moment can come: sees to it that the way stands still then, where it would not by itself. */
  prepare(): Promise<void>;
  /** Returns at the moment. */
  reached(): Promise<void>;
  /** Kills. @returns folders that a killed rehearsal wrote to. */
  strike(): Promise<string[]>;
  /** Lets the way go on. */
  release(): Promise<void>;
}

const withinMs = 120_000;
const nothing = async (): Promise<void> => undefined;

/** One kill point on the way of an incident. */
export function strikeAt(stack: CrashStack, incident: Scaling, { at, kill }: KillPoint): Strike {
  const struck: Strike['strike'] = async () => {
    const processes = await sandboxProcesses(stack.booted.folder);
    if (kill === 'runner' || kill === 'control plane') process.kill(pidOf(processes, kill), 'SIGKILL');
    else await stack.kill(kill);
    return scratchFoldersOf(processes);
  };
  switch (at) {
    case 'intake':
      return { ...intake(stack), strike: struck };
    case 'waiting':
      return { prepare: nothing, reached: () => incident.has('dossier.offered'), strike: struck, release: nothing };
    case 'rehearsal':
    case 'door':
      return { ...rehearsal(stack, incident, at), strike: struck };
    case 'cut':
      return cut(stack, incident);
    default:
      return {
        prepare: () => stack.gates.close(at),
        reached: () => stack.gates.reached(at),
        release: () => stack.gates.open(at),
        strike: struck,
      };
  }
}

type Pauses = Omit<Strike, 'strike'>;

/** Temporal stands still, so what comes in stays in the inbox. */
function intake({ booted, gates }: CrashStack): Pauses {
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    process.kill(await booted.pidOf('temporal'), name);
  };
  return {
    prepare: () => signal('SIGSTOP'),
    reached: async () => {
      await poll('an alert in the inbox', async () => {
        const waiting = await gates.query('SELECT FROM inbox WHERE relayed_at IS NULL');
        return waiting.length > 0 || undefined;
      });
    },
    release: () => signal('SIGCONT'),
  };
}

/** The next sandbox that runs an API server. */
function rehearsal({ booted }: CrashStack, incident: Scaling, at: Moment): Pauses {
  let before: SandboxProcess[] = [];
  return {
    async prepare() {
      before = await sandboxProcesses(booted.folder);
    },
    async reached() {
      if (at === 'door') await incident.has('execution.prepared');
      await poll(
        'a sandbox with an API server',
        async () => {
          const fresh = (await sandboxProcesses(booted.folder)).filter(
            ({ pid }) => !before.some((known) => known.pid === pid),
          );
          return fresh.some(isApiServer) || undefined;
        },
        withinMs,
      );
    },
    release: nothing,
  };
}

/** The proxy kills by itself, at the one moment that only it knows. */
function cut({ gateway }: CrashStack, { object }: Scaling): Strike {
  let died: Promise<unknown> = Promise.resolve();
  return {
    prepare: async () => void (died = gateway.dieAt(object)),
    async reached() {
      await died;
    },
    strike: async () => [],
    release: nothing,
  };
}

function pidOf(processes: readonly SandboxProcess[], what: 'runner' | 'control plane'): number {
  const found = processes.find(what === 'runner' ? isRunner : isApiServer);
  if (found) return found.pid;
  throw new Error(`no rehearsal in ${target} has a ${what}`);
}

function isApiServer({ command }: SandboxProcess): boolean {
  return command[0]?.endsWith('/kube-apiserver') === true;
}

function isRunner({ command }: SandboxProcess): boolean {
  return command[0]?.endsWith('/node') === true && command[1]?.endsWith('/sandbox/main.ts') === true;
}

import { poll } from '../../demo/stack-client.ts';
import { target, type CrashStack } from './crash-stack.ts';
import type { ScaleUpIncident } from './scale-up-incident.ts';
import type { KillPoint, Moment } from './kill-points.ts';
import { sandboxProcesses, scratchFoldersOf, type SandboxProcess } from './sandboxes.ts';

/** Kills one process at one moment of an incident. */
export interface Kill {
  /** Runs before the moment can come. Arranges that the incident pauses there, if it does not pause by itself. */
  prepare(): Promise<void>;
  /** Resolves at the moment. */
  reached(): Promise<void>;
  /** Kills. @returns folders that a killed rehearsal wrote to. */
  kill(): Promise<string[]>;
  /** Lets the incident go on. */
  release(): Promise<void>;
}

const withinMs = 120_000;
const nothing = async (): Promise<void> => undefined;

/** How to kill at one kill point of an incident. */
export function killAt(stack: CrashStack, incident: ScaleUpIncident, { at, kill }: KillPoint): Kill {
  const killNow: Kill['kill'] = async () => {
    const processes = await sandboxProcesses(stack.booted.folder);
    if (kill === 'runner' || kill === 'control plane') process.kill(pidOf(processes, kill), 'SIGKILL');
    else await stack.kill(kill);
    return scratchFoldersOf(processes);
  };
  switch (at) {
    case 'intake':
      return { ...intake(stack), kill: killNow };
    case 'waiting':
      return { prepare: nothing, reached: () => incident.has('dossier.offered'), kill: killNow, release: nothing };
    case 'rehearsal':
    case 'preflight':
      return { ...rehearsal(stack, incident, at), kill: killNow };
    case 'cut':
      return cut(stack, incident);
    default:
      return {
        prepare: () => stack.gates.close(at),
        reached: () => stack.gates.reached(at),
        release: () => stack.gates.open(at),
        kill: killNow,
      };
  }
}

type Pauses = Omit<Kill, 'kill'>;

/** Temporal is stopped by SIGSTOP, so an alert that comes in stays in the inbox. */
function intake({ booted, gates }: CrashStack): Pauses {
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    process.kill(await booted.pidOf('temporal'), name);
  };
  return {
    prepare: () => signal('SIGSTOP'),
    reached: async () => {
      await poll('an alert in the inbox', async () => {
        const waiting = await gates.query('SELECT FROM inbox WHERE relayed_at IS NULL');
        return waiting.length > 0;
      });
    },
    release: () => signal('SIGCONT'),
  };
}

/** The next sandbox that runs an API server. */
function rehearsal({ booted }: CrashStack, incident: ScaleUpIncident, at: Moment): Pauses {
  let before: SandboxProcess[] = [];
  return {
    async prepare() {
      before = await sandboxProcesses(booted.folder);
    },
    async reached() {
      if (at === 'preflight') await incident.has('execution.prepared');
      await poll(
        'a sandbox with an API server',
        async () => {
          const fresh = (await sandboxProcesses(booted.folder)).filter(
            ({ pid }) => !before.some((known) => known.pid === pid),
          );
          return fresh.some(isApiServer);
        },
        withinMs,
      );
    },
    release: nothing,
  };
}

/** The proxy kills the gateway itself: only the proxy knows when the target has applied the change. */
function cut({ gateway }: CrashStack, { object }: ScaleUpIncident): Kill {
  let killed: Promise<unknown> = Promise.resolve();
  return {
    async prepare() {
      killed = gateway.killAtChange(object);
    },
    async reached() {
      await killed;
    },
    kill: async () => [], // already killed
    release: nothing,
  };
}

function pidOf(processes: readonly SandboxProcess[], what: 'runner' | 'control plane'): number {
  const found = processes.find(what === 'runner' ? isRunner : isApiServer);
  if (found) return found.pid;
  throw new Error(`no rehearsal for ${target} has a ${what}`);
}

function isApiServer({ command }: SandboxProcess): boolean {
  return command[0]?.endsWith('/kube-apiserver') === true;
}

function isRunner({ command }: SandboxProcess): boolean {
  return command[0]?.endsWith('/node') === true && command[1]?.endsWith('/sandbox/main.ts') === true;
}

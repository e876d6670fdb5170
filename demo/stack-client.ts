import { readFile } from 'node:fs/promises';
import { createKubeRequest } from '../clusters/guardrails/install/https-request.ts';
import type { KubeRequest } from '../clusters/guardrails/install/kube-request.ts';
import { createApiClient, type ApiClient } from '../src/cli/api/api-client.ts';
import type { IncidentView } from '../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { Secret } from '../src/platform/secret.ts';
import { waitFor } from '../src/platform/wait-for.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { parseTestUsers, type TestUser } from '../stack/oidc/test-users.ts';
import { sendAlert, type DemoAlert } from './alert.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** What stories and tests use of a running stack: the interfaces that people and Alertmanager use, and its targets. */
export interface StackClient {
  stack: StackDescription;
  api: ApiClient;
  /** Sends requests to a target's API server as the cluster's admin. */
  admin(target: string): KubeRequest;
  auditLog(target: string): string;
  user(name: string): TestUser;
  /** Posts an alert and returns the HTTP status. */
  alert(target: string, alert: DemoAlert): Promise<number>;
  /** Waits for the incident of that name that opened in a cluster since an instant, with an alert that has these labels. */
  incidentOf(target: string, since: Date, name: string, labels?: Labels): Promise<IncidentView>;
  /**
   * Follows an incident's journal from its last (re)opening until the incident closes or `until` returns true.
   * @returns the records so far.
   */
  follow(
    incident: string,
    seen: (record: JournalRecord) => void,
    until?: (record: JournalRecord) => boolean,
  ): Promise<JournalRecord[]>;
}

type Labels = Readonly<Record<string, string>>;

const everyMs = 150;
const deadlineMs = 240_000;

/** Reads the files that the stack's description names, and returns a client for the stack. */
export async function createStackClient(stack: StackDescription): Promise<StackClient> {
  const token = new Secret((await readFile(stack.operatorTokenFile, 'utf8')).trim());
  const api = createApiClient(stack.api, token);
  const users = parseTestUsers(JSON.parse(await readFile(stack.usersFile, 'utf8')));
  const admins = new Map(
    await Promise.all(stack.targets.map(async (each) => [each.name, await adminOf(each)] as const)),
  );
  const targetOf = (name: string) =>
    known(
      stack.targets.find((each) => each.name === name),
      `target ${name}`,
    );
  return {
    stack,
    api,
    admin: (target) => known(admins.get(target), `target ${target}`),
    auditLog: (target) => targetOf(target).auditLogFile,
    user: (name) =>
      known(
        users.find(({ username }) => username === name),
        `user ${name}`,
      ),
    alert: (target, alert) => sendAlert(stack.api, known(stack.alertTokenFiles[target], `token of ${target}`), alert),
    async incidentOf(target, since, name, labels = {}) {
      const matches = (view: IncidentView): boolean =>
        view.cluster === target && view.name === name && new Date(view.openedAt) >= since;
      return poll(`an incident ${name} in ${target}`, async () => {
        for (const view of (await api.incidents()).filter(matches)) {
          if (hasAlert(await api.journal(view.id), labels)) return view;
        }
        return undefined;
      });
    },
    async follow(incident, seen, until = () => false) {
      const records: JournalRecord[] = [];
      return poll(`the end of ${incident}`, async () => {
        const all = await api.journal(incident);
        const from = Math.max(
          0,
          all.findLastIndex(({ kind }) => kind === 'incident.reopened'),
        );
        const fresh = all.slice(from + records.length);
        for (const record of fresh) {
          records.push(record);
          seen(record);
          if (record.kind === 'incident.closed' || until(record)) return records;
        }
        return undefined;
      });
    },
  };
}

async function adminOf({ url, kubeconfigFile }: StackDescription['targets'][number]): Promise<KubeRequest> {
  const { ca, token } = await readKubeconfig(kubeconfigFile);
  return createKubeRequest({ url, ca, token });
}

/** True if the latest alerts of an incident include one with all these labels. */
function hasAlert(records: readonly JournalRecord[], labels: Labels): boolean {
  const received = records.findLast(({ kind }) => kind === 'alert.received')?.body as { labels: Labels }[] | undefined;
  const wanted = Object.entries(labels);
  return (
    wanted.length === 0 || (received ?? []).some((alert) => wanted.every(([key, value]) => alert.labels[key] === value))
  );
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: this stack does not have it`);
  return value;
}

/** `waitFor` with the interval of the demo, for at most four minutes unless `within` (milliseconds) says otherwise. */
export function poll<T>(what: string, probe: () => Promise<T | false | undefined>, within = deadlineMs): Promise<T> {
  return waitFor({ what, every: everyMs, within }, probe);
}

import { readFile } from 'node:fs/promises';
import { createKubeClient, type KubeRequest } from '../src/platform/kubernetes/kube-client.ts';
import { createApiClient, type ApiClient } from '../src/cli/api/api-client.ts';
import type { IncidentView } from '../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { Secret } from '../src/platform/secret.ts';
import { waitFor } from '../src/platform/wait-for.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { parseTestUsers, type TestUser } from '../stack/oidc/test-users.ts';
import { sendAlert, type DemoAlert } from './alert.ts';
import { readKubeconfig } from './kubeconfig.ts';

/**
 * Access of stories and tests to a running stack: to the interfaces that people and Alertmanager use, and to the API
 * servers of the targets.
 */
export interface StackClient {
  stack: StackDescription;
  api: ApiClient;
  /** Sends requests to the API server of a target as its administrator. */
  admin(target: string): KubeRequest;
  /** Returns the path of the audit log of a target. */
  auditLog(target: string): string;
  /** Returns the test user with that name. */
  user(name: string): TestUser;
  /** Posts an alert and returns the HTTP status. */
  alert(target: string, alert: DemoAlert): Promise<number>;
  /**
   * Waits for an incident with this `name` in the target. The incident must have opened at `since` or later. If
   * `labels` are given, one of the latest alerts of the incident must have all these labels.
   */
  incidentOf(target: string, since: Date, name: string, labels?: Labels): Promise<IncidentView>;
  /**
   * Follows the journal of an incident. Starts at the last record `incident.reopened`, or else at the first record.
   * Ends at `incident.closed`, or at the first record for which `until` returns true.
   * @returns the records from start to end.
   */
  follow(
    incident: string,
    onRecord: (record: JournalRecord) => void,
    until?: (record: JournalRecord) => boolean,
  ): Promise<JournalRecord[]>;
}

type Labels = Readonly<Record<string, string>>;

const everyMs = 150;
const deadlineMs = 240_000;

/** Creates a client for a stack. Reads the token file, the users file and the kubeconfig files of the stack. */
export async function createStackClient(stack: StackDescription): Promise<StackClient> {
  const token = new Secret((await readFile(stack.operatorTokenFile, 'utf8')).trim());
  const api = createApiClient(stack.api, token);
  const users = parseTestUsers(JSON.parse(await readFile(stack.usersFile, 'utf8')));
  const admins = new Map(
    await Promise.all(stack.targets.map(async (each) => [each.name, await adminOf(each)] as const)),
  );
  const targetOf = (name: string) =>
    required(
      stack.targets.find((each) => each.name === name),
      `target ${name}`,
    );
  return {
    stack,
    api,
    admin: (target) => required(admins.get(target), `target ${target}`),
    auditLog: (target) => targetOf(target).auditLogFile,
    user: (name) =>
      required(
        users.find(({ username }) => username === name),
        `user ${name}`,
      ),
    alert: (target, alert) =>
      sendAlert(stack.api, required(stack.alertTokenFiles[target], `token of ${target}`), alert),
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
    async follow(incident, onRecord, until = () => false) {
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
          onRecord(record);
          if (record.kind === 'incident.closed' || until(record)) return records;
        }
        return undefined;
      });
    },
  };
}

async function adminOf({ url, kubeconfigFile }: StackDescription['targets'][number]): Promise<KubeRequest> {
  const { ca, token } = await readKubeconfig(kubeconfigFile);
  return createKubeClient({ url, ca, token }).request;
}

/** Returns true if one alert of the last record `alert.received` has all these labels, or if there are no labels. */
function hasAlert(records: readonly JournalRecord[], labels: Labels): boolean {
  const received = records.findLast(({ kind }) => kind === 'alert.received')?.body as { labels: Labels }[] | undefined;
  const expected = Object.entries(labels);
  return (
    expected.length === 0 ||
    (received ?? []).some((alert) => expected.every(([key, value]) => alert.labels[key] === value))
  );
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: this stack does not have it; start a stack that has it`);
  return value;
}

/**
 * Waits until `probe` returns a value other than false and undefined, and returns this value. Waits at most `within`
 * milliseconds (by default four minutes).
 */
export function poll<T>(what: string, probe: () => Promise<T | false | undefined>, within = deadlineMs): Promise<T> {
  return waitFor({ what, every: everyMs, within }, probe);
}

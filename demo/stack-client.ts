import { readFile } from 'node:fs/promises';
import { createKubeClient, type KubeRequester } from '../src/platform/kubernetes/kube-client.ts';
import { createApiClient, type ApiClient } from '../src/cli/api/api-client.ts';
import type { IncidentView } from '../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { Secret } from '../src/platform/secret.ts';
import { waitFor } from '../src/platform/wait-for.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { parseTestUsers, type TestUser } from '../stack/oidc/test-users.ts';
import { sendAlert, type DemoAlert } from './alert.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** Gives stories and tests access to a running stack. */
export interface StackClient {
  stack: StackDescription;
  /** The client for the HTTP API of Airlock, with the token of an operator. */
  api: ApiClient;
  /** Returns a function that sends requests to the API server of a target, with the cluster administrator's token. */
  admin(target: string): KubeRequester;
  /** Returns the path of the audit log of a target's API server. */
  auditLog(target: string): string;
  /** Returns the test user with this user name. */
  user(name: string): TestUser;
  /** Posts an alert about a target to Airlock. @returns the HTTP status. */
  alert(target: string, alert: DemoAlert): Promise<number>;
  /**
   * Waits for an incident with this target and name. It must have been opened or reopened at `since` or later.
   * @param labels if given, an alert of the latest `alert.received` record must have all these labels.
   * @returns the incident. @throws AirlockError `wait-timeout` after four minutes.
   */
  incidentOf(target: string, since: Date, name: string, labels?: Labels): Promise<IncidentView>;
  /**
   * Follows the records of an incident, and calls `onRecord` for each record. Begins at the latest `incident.reopened`
   * record. If the incident was never reopened, begins at the first record. Ends at `incident.closed`, or at the first
   * record for which `until` returns true.
   * @returns the records, including the last one. @throws AirlockError `wait-timeout` after four minutes.
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

/** Creates a client for a running stack. */
export async function createStackClient(stack: StackDescription): Promise<StackClient> {
  const token = new Secret((await readFile(stack.operatorTokenFile, 'utf8')).trim());
  const api = createApiClient(stack.api, token);
  const users = parseTestUsers(JSON.parse(await readFile(stack.usersFile, 'utf8')));
  const admins = new Map(
    await Promise.all(stack.targets.map(async (each) => [each.name, await adminRequest(each)] as const)),
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
      sendAlert(stack.api, required(stack.alertTokenFiles[target], `alert token for ${target}`), alert),
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

async function adminRequest({ url, kubeconfigFile }: StackDescription['targets'][number]): Promise<KubeRequester> {
  const { ca, token } = await readKubeconfig(kubeconfigFile);
  return createKubeClient({ url, ca, token }).request;
}

/** Returns true if `labels` is empty, or if an alert of the latest `alert.received` record has all these labels. */
function hasAlert(records: readonly JournalRecord[], labels: Labels): boolean {
  const received = records.findLast(({ kind }) => kind === 'alert.received')?.body as { labels: Labels }[] | undefined;
  const expected = Object.entries(labels);
  return (
    expected.length === 0 ||
    (received ?? []).some((alert) => expected.every(([key, value]) => alert.labels[key] === value))
  );
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the stack has no ${what}: correct the name`);
  return value;
}

/**
 * Calls `probe` repeatedly until the result is neither `undefined` nor `false`. Returns this result.
 * @param what what the caller waits for. Part of the error message.
 * @param within longest time to wait, in milliseconds. Default: four minutes.
 * @throws AirlockError `wait-timeout`.
 */
export function poll<T>(what: string, probe: () => Promise<T | false | undefined>, within = deadlineMs): Promise<T> {
  return waitFor({ what, every: everyMs, within }, probe);
}

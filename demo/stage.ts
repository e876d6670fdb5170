import { readFile } from 'node:fs/promises';
import { createKubeRequest } from '../clusters/guardrails/install/https-request.ts';
import type { KubeRequest } from '../clusters/guardrails/install/kube-request.ts';
import { createApiClient, type ApiClient } from '../src/cli/api-client.ts';
import type { IncidentView } from '../src/domain/incident/incident-view.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { Secret } from '../src/platform/secret.ts';
import type { StackDescription } from '../stack/state/description.ts';
import { parseTestUsers, type TestUser } from '../stack/oidc/test-users.ts';
import { sendAlert, type DemoAlert } from './alert.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** What a story, or a test, drives a stack with: from outside, as its people and its monitoring do. */
export interface Stage {
  stack: StackDescription;
  api: ApiClient;
  /** A target's API server as the cluster's admin. */
  admin(target: string): KubeRequest;
  auditLog(target: string): string;
  user(name: string): TestUser;
  /** Delivers an alert and returns the HTTP status. */
  alert(target: string, alert: DemoAlert): Promise<number>;
  /** The incident that opened in a cluster since an instant, once it is there. */
  incidentOf(target: string, since: Date, name: string): Promise<IncidentView>;
  /** Follows an incident's journal since it was last opened until it closes, or until `until` is satisfied. */
  follow(
    incident: string,
    seen: (record: JournalRecord) => void,
    until?: (record: JournalRecord) => boolean,
  ): Promise<JournalRecord[]>;
}

const everyMs = 150;
const deadlineMs = 240_000;

/** Reads what a stack says of itself and opens its doors. */
export async function createStage(stack: StackDescription): Promise<Stage> {
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
    async incidentOf(target, since, name) {
      const matches = (view: IncidentView): boolean =>
        view.cluster === target && view.name === name && new Date(view.openedAt) >= since;
      return poll(`an incident ${name} in ${target}`, async () => (await api.incidents()).find(matches));
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

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: this stack has none of that name`);
  return value;
}

/** Asks until there is an answer. @throws Error that names what was waited for. */
export async function poll<T>(what: string, ask: () => Promise<T | undefined>, withinMs = deadlineMs): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

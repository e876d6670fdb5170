import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../../src/platform/wait-for.ts';
import { isRolledOut } from '../../stack/shop/create-shop.ts';
import { bootStack, type BootedStack } from '../loop/boot-stack.ts';
import { findCredentials } from '../loop/attacks/find-credentials.ts';
import { patchDeployment, readDeployment } from '../loop/changes.ts';
import { followIncident } from '../loop/test-incident.ts';

const random = (): string => randomBytes(9).toString('hex');
/** What the containers of the workload and the sender of the alert know, and Airlock must not store. */
const secrets = {
  password: `Pw+${random()}/%§`,
  urlPassword: `url${random()}`,
  neutral: `seed ${random()}`,
  header: `header${random()}`,
  annotation: `ghp_${random()}${random()}`,
  urlInAnnotation: `note${random()}`,
  label: `label${random()}`,
  unknown: `typed${random()}`,
};
const inBase64 = Buffer.from(`app:${secrets.password}`).toString('base64');
const inUrl = encodeURIComponent(secrets.password);
const searched = [
  ...Object.values(secrets),
  JSON.stringify(secrets.password).slice(1, -1),
  inBase64.slice(8, -4),
  inUrl,
];

/** The message with which the container ended: its own password, in several forms, and words that people need. */
const lastWords = [
  `FATAL: cannot connect to postgres:5432 with postgres://app:${secrets.urlPassword}@postgres:5432/shop`,
  `config {"password":${JSON.stringify(secrets.password)},"seed":"${secrets.neutral}"} user=app password=${secrets.unknown}`,
  `request ?pw=${inUrl} header ${inBase64}: connection refused`,
].join('\n');
const probe = `Readiness probe failed: got ${secrets.header} and ${secrets.neutral}: HTTP probe failed with statuscode: 503`;

let stack: BootedStack;
before(async () => {
  stack = await bootStack({ dossierSeconds: { low: 3600, medium: 3600, high: 3600 }, verifySeconds: 30 });
});
after(() => stack[Symbol.asyncDispose]());

describe('secrets in texts of other people', () => {
  test('a password in the words of a container and a token in an alert are stored and shown nowhere', async () => {
    const { client } = stack;
    await addLiterals();
    const [pod] = await pods();
    await patchPodStatus(pod.metadata.name);
    await postEvent(pod);
    const since = new Date();
    const labels = { alertname: 'ShopHighLoad', namespace: 'shop', deployment: 'mail', api_token: secrets.label };
    const annotations = {
      summary: `mail is slow since a login with ${secrets.annotation}`,
      description: `see https://ops:${secrets.urlInAnnotation}@wiki.example/mail`,
    };
    assert.equal(await client.alert('east', { labels, annotations, startsAt: since.toISOString() }), 202);
    const incident = followIncident(client, (await client.incidentOf('east', since, 'ShopHighLoad')).id);
    assert.equal((await incident.decide('approve', 'lea')).code, 0);
    const { outcome, reason } = await incident.outcome();
    assert.equal(outcome, 'repaired', reason);

    const shown = await everythingShown(incident.id);
    for (const secret of searched) assert.equal(shown.includes(secret), false, `the API shows ${secret}`);
    for (const words of [
      'FATAL: cannot connect to postgres:5432 with [removed: value of env DATABASE_URL]',
      '"[removed: value of env DB_PASSWORD]',
      ': connection refused',
      'HTTP probe failed with statuscode: 503',
      'Readiness probe failed: got [removed: value of header X-Probe] and [removed: value of env SEED]',
    ]) {
      assert.ok(shown.includes(JSON.stringify(words).slice(1, -1)) || shown.includes(words), words);
    }
    const { found } = await findCredentials(stack, searched);
    assert.deepEqual(
      found.filter((where) => !where.startsWith('target-')), // the target itself has them: its audit log and its etcd
      [],
    );
  });
});

/** Adds literals with secrets to the workload `mail`, as its author would, and waits for the roll-out. */
async function addLiterals(): Promise<void> {
  const { client } = stack;
  const env = [
    { name: 'DB_PASSWORD', value: secrets.password },
    { name: 'DATABASE_URL', value: `postgres://app:${secrets.urlPassword}@postgres:5432/shop` },
    { name: 'SEED', value: secrets.neutral },
  ];
  const readinessProbe = { httpGet: { httpHeaders: [{ name: 'X-Probe', value: secrets.header }] } };
  const spec = { containers: [{ name: 'mail', env, readinessProbe }] };
  await patchDeployment(client, 'east', 'mail', { spec: { template: { spec } } });
  const wait = { what: 'mail to be rolled out', every: 200, within: 60_000 };
  await waitFor(wait, async () => isRolledOut(await readDeployment(client, 'east', 'mail')));
}

const podsPath = '/api/v1/namespaces/shop/pods';

async function pods(): Promise<any[]> {
  const path = `${podsPath}?labelSelector=${encodeURIComponent('app=mail')}`;
  return (await stack.client.admin('east')({ method: 'GET', path })).body.items;
}

/** Writes the message of a container that has ended, as the kubelet would. */
async function patchPodStatus(name: string): Promise<void> {
  const terminated = { exitCode: 1, reason: 'Error', message: lastWords, containerID: 'containerd://1' };
  const { status } = await stack.client.admin('east')({
    method: 'PATCH',
    path: `${podsPath}/${name}/status`,
    contentType: 'application/json-patch+json',
    body: [{ op: 'add', path: '/status/containerStatuses/0/lastState', value: { terminated } }],
  });
  assert.equal(status, 200);
}

async function postEvent({ metadata: { name, uid } }: any): Promise<void> {
  const { status } = await stack.client.admin('east')({
    method: 'POST',
    path: '/api/v1/namespaces/shop/events',
    body: {
      metadata: { name: `${name}.probe`, namespace: 'shop' },
      involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name, uid },
      reason: 'Unhealthy',
      type: 'Warning',
      message: probe,
      lastTimestamp: new Date().toISOString(),
      source: { component: 'kubelet' },
    },
  });
  assert.equal(status, 201);
}

/** Every answer of the API about the incident: the view, the journal, and each document that a record names. */
async function everythingShown(id: string): Promise<string> {
  const { api } = stack.client;
  const records = await api.journal(id);
  const text = JSON.stringify([await api.incidents(), await api.incident(id), records, await api.status()]);
  const digests = new Set(text.match(/sha256:[0-9a-f]{64}/g));
  const kinds = ['evidence', 'reports', 'dossiers'] as const;
  const documents: string[] = [];
  for (const digest of digests) {
    for (const kind of kinds) {
      const bytes = await api.document(id, kind, digest as `sha256:${string}`).catch(() => undefined);
      if (bytes) documents.push(Buffer.from(bytes).toString('utf8'));
    }
  }
  assert.ok(documents.length >= 3, 'the API showed too few documents');
  return [text, ...documents].join('\n');
}

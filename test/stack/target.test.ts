import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { KubeRequester } from '../../src/platform/kubernetes/kube-client.ts';
import { ensureToolchain, type Toolchain } from '../../stack/toolchain/toolchain.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { addNode, rollOutCrashingImage, rollOutMissingImage } from '../../stack/shop/releases.ts';
import { waitForShop } from '../../stack/shop/create-shop.ts';
import { openState, type StateFolder } from '../../stack/state/state.ts';
import { startTarget, type Target } from '../../stack/servers/target.ts';
import { waitFor } from '../../src/platform/wait-for.ts';

const pods = '/api/v1/namespaces/shop/pods';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';

let path: string;
let state: StateFolder;
let toolchain: Toolchain;
let target: Target;
/** The shop right after the start. Tests run in any order, and some of them release web. */
let opened: { deployments: any[]; replicaSets: any[] };

before(async () => {
  const progress = createProgress();
  toolchain = await ensureToolchain(progress);
  progress.done();
  path = await mkdtemp(join(tmpdir(), 'airlock-target-'));
  state = await openState(join(path, 'state'));
  target = await startTarget(state, toolchain, 'west');
  opened = {
    deployments: await list(target.request, deployments),
    replicaSets: await list(target.request, '/apis/apps/v1/namespaces/shop/replicasets'),
  };
});

after(async () => {
  await stopAll(state);
  await rm(path, { recursive: true });
});

async function list(request: KubeRequester, from: string): Promise<any[]> {
  const { status, body } = await request({ method: 'GET', path: from });
  assert.equal(status, 200);
  return body.items;
}

const web = (pod: any): boolean => pod.metadata.labels.app === 'web';

test('the shop has two revisions of each Deployment, with all pods ready', async () => {
  const rows = opened.deployments.map(({ metadata, status }) => [
    metadata.name,
    metadata.annotations['deployment.kubernetes.io/revision'],
    status.readyReplicas,
  ]);
  assert.deepEqual(rows, [
    ['cart', '2', 3],
    ['catalog', '2', 2],
    ['mail', '2', 1],
    ['web', '2', 4],
  ]);
  assert.equal(opened.replicaSets.length, 8);
  for (const kind of ['services', 'resourcequotas', 'secrets']) {
    assert.ok((await list(target.request, `/api/v1/namespaces/shop/${kind}`)).length > 0, kind);
  }
});

test('other users can reach neither etcd nor a secret file', async () => {
  const folder = join(state.path, 'target-west');
  assert.equal((await stat(folder)).mode & 0o077, 0);
  for (const file of ['tokens.csv', 'sa.key', 'admin.kubeconfig', 'kwok.kubeconfig', 'audit.log']) {
    assert.equal((await stat(join(folder, file))).mode & 0o077, 0, file);
  }
  assert.equal(target.controlPlane.etcdUrl, `unix://${join(folder, 'etcd.sock')}`);
  assert.match(await readFile('/proc/net/unix', 'utf8'), new RegExp(`${folder}/etcd\\.sock`));
});

test('the audit log has a write once it is answered, with its user and without its content', async () => {
  const path = '/api/v1/namespaces/shop/secrets';
  const body = { metadata: { name: 'audited' }, stringData: { key: 'not-for-the-log' } };
  for (const query of ['?dryRun=All', '']) {
    assert.equal((await target.request({ method: 'POST', path: path + query, body })).status, 201);
  }
  const log = await readFile(target.controlPlane.auditLogFile, 'utf8');
  const lines = log.split('\n').filter((line) => line.includes('"name":"audited"'));
  const entries = lines.map((line) => JSON.parse(line)).filter(({ verb }) => verb === 'create');
  assert.deepEqual(
    entries.map(({ user, requestURI }) => [user.username, requestURI]),
    [
      ['admin', `${path}?dryRun=All`],
      ['admin', path],
    ],
  );
  assert.ok(!log.includes('not-for-the-log'));
});

test('eight pods of web do not fit on the nodes, and fit with one more node', async () => {
  const path = `${deployments}/web/scale`;
  const contentType = 'application/merge-patch+json';
  const scale = async (replicas: number): Promise<void> => {
    const answer = await target.request({ method: 'PATCH', path, contentType, body: { spec: { replicas } } });
    assert.equal(answer.status, 200);
  };
  const unschedulable = async (): Promise<any[]> =>
    (await list(target.request, pods)).flatMap(({ status }) =>
      (status.conditions ?? []).filter(({ reason }: any) => reason === 'Unschedulable'),
    );
  await scale(8);
  await waitFor(
    { what: 'two unschedulable pods', every: 50, within: 30_000 },
    async () => (await unschedulable()).length === 2,
  );
  assert.match((await unschedulable())[0].message, /0\/4 nodes are available: .*Insufficient cpu/);
  await addNode(target.request);
  await waitFor({ what: 'eight ready pods', every: 50, within: 30_000 }, async () => {
    const { body } = await target.request({ method: 'GET', path: `${deployments}/web` });
    return body.status.readyReplicas === 8;
  });
  await scale(4);
  await waitFor(
    { what: 'four pods', every: 50, within: 30_000 },
    async () => (await list(target.request, pods)).filter(web).length === 4,
  );
});

test('a bad release crash-loops with the statuses of a kubelet, and old pods keep serving', async (t) => {
  t.after(restoreWeb);
  await rollOutCrashingImage(target.request);
  const crashing = (pod: any): boolean => pod.status.containerStatuses?.[0].restartCount >= 2;
  await waitFor({ what: 'a crash loop', every: 50, within: 30_000 }, async () =>
    (await list(target.request, pods)).some(crashing),
  );
  const all = (await list(target.request, pods)).filter(web);
  const status = all.find(crashing).status;
  const [container] = status.containerStatuses;
  assert.equal(container.ready, false);
  assert.equal(container.lastState.terminated.exitCode, 1);
  assert.equal(container.lastState.terminated.reason, 'Error');
  const ready = status.conditions.find(({ type }: any) => type === 'Ready');
  assert.deepEqual([ready.status, ready.reason], ['False', 'ContainersNotReady']);
  assert.equal(all.filter((pod) => pod.status.containerStatuses?.[0].ready).length, 3);
  const events = await list(target.request, '/api/v1/namespaces/shop/events');
  assert.ok(events.some(({ reason, type }) => reason === 'BackOff' && type === 'Warning'));
});

test('a release without an image is not pulled', async (t) => {
  t.after(restoreWeb);
  await rollOutMissingImage(target.request);
  await waitFor({ what: 'ImagePullBackOff', every: 50, within: 30_000 }, async () =>
    (await list(target.request, pods)).some(
      ({ status }) => status.containerStatuses?.[0].state.waiting?.reason === 'ImagePullBackOff',
    ),
  );
});

test('a restarted cluster has its objects as they were', async () => {
  const before = await list(target.request, deployments);
  const nodes = await list(target.request, '/api/v1/nodes');
  await stopAll(state);
  const again = await startTarget(state, toolchain, 'west');
  assert.equal(again.controlPlane.url, target.controlPlane.url);
  target = again;
  const now = await list(again.request, deployments);
  const identity = ({ metadata }: any): unknown => [metadata.uid, metadata.generation];
  assert.deepEqual(now.map(identity), before.map(identity));
  const name = ({ metadata }: any): unknown => metadata.name;
  assert.ok(nodes.length >= 4);
  assert.deepEqual((await list(again.request, '/api/v1/nodes')).map(name), nodes.map(name));
});

/** Rolls web back to the release that it started with. */
async function restoreWeb(): Promise<void> {
  const { spec } = opened.deployments.find(({ metadata }) => metadata.name === 'web');
  const body = { spec: { template: spec.template } };
  const contentType = 'application/merge-patch+json';
  const answer = await target.request({ method: 'PATCH', path: `${deployments}/web`, contentType, body });
  assert.equal(answer.status, 200);
  await waitForShop(target.request, 60_000);
}

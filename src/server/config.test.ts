import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import {
  gatewayConfigSchema,
  observeConfigSchema,
  readConfig,
  reasonConfigSchema,
  serveConfigSchema,
} from './config.ts';
import { AirlockError } from '../lib/error.ts';

const folder = await mkdtemp(join(tmpdir(), 'airlock-config-'));
after(() => rm(folder, { recursive: true }));

const password = 'hunter2';
const sha256 = 'a'.repeat(64);
const known = { name: 'east', class: 'production' };
const target = { ...known, url: 'https://127.0.0.1:6443', caFile: '/ca.crt' };
const common = {
  temporal: { address: '127.0.0.1:7233' },
  postgres: `postgres://airlock:${password}@127.0.0.1/airlock`,
};
const vault = { address: 'http://127.0.0.1:8200', identityFile: '/identity.json' };
const oidc = { issuer: 'http://127.0.0.1:9000' };
const policy = { opa: 'http://127.0.0.1:8181', phasesFile: '/phases.yaml' };

const reason = { ...common, clusters: [known], playbooks: '/playbooks' };
const approverGroups = ['sre', 'lead'];
const dossierSeconds = { low: 60, medium: 60, high: 60 };
const gateway = {
  ...common,
  clusters: [target],
  vault,
  oidc,
  policy,
  approverGroups,
  maxDossierSeconds: dossierSeconds,
  checkpoint: { file: '/var/lib/airlock/checkpoint' },
};
const observe = { ...common, clusters: [target], vault, observation: { programs: { etcd: '/etcd' } } };
const alerts = [{ sha256, cluster: 'east' }];
const serve = {
  ...{ ...common, clusters: [known], vault, oidc, policy },
  listen: { host: '127.0.0.1', port: 0 },
  tokens: { alerts, operators: [{ sha256 }] },
  approverGroups,
  playbooks: '/playbooks',
  dossierSeconds,
};
const schemas = {
  serve: serveConfigSchema,
  reason: reasonConfigSchema,
  observe: observeConfigSchema,
  gateway: gatewayConfigSchema,
};

async function read(name: keyof typeof schemas, content: unknown) {
  const file = join(folder, `${name}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readConfig<unknown>(file, schemas[name]);
}

function without(object: object, field: string): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

describe('readConfig', () => {
  for (const [name, content] of Object.entries({ serve, reason, observe, gateway })) {
    it(`OK: ${name}, whose password is not shown by printing it`, async () => {
      const config = await read(name as keyof typeof schemas, content);
      assert.ok(!JSON.stringify(config).includes(password));
    });
  }

  const cut = JSON.stringify(reason).replace('"clusters"', 'clusters');
  const refusals: [string, keyof typeof schemas, unknown, RegExp][] = [
    ['not JSON', 'reason', cut, /^\/.*\/reason\.json: is not JSON at position \d+ \(line 1 column \d+\)$/],
    ['not JSON, which the engine quotes', 'reason', `"${password}" ${password}`, /\/reason\.json: is not JSON/],
    ['no object', 'reason', [], /\/reason\.json: Invalid input: expected object/],
    ['a password alone', 'reason', JSON.stringify(password), /\/reason\.json: Invalid input: expected object/],
    ['a field of a wrong type', 'reason', { ...reason, playbooks: 3 }, /\/reason\.json: playbooks: /],
    ['postgres that is a list', 'reason', { ...reason, postgres: [password] }, /\/reason\.json: postgres: /],
    ['a field that is not known', 'reason', { ...reason, vault }, /\/reason\.json: Unrecognized key: "vault"/],
    ['no cluster', 'reason', { ...reason, clusters: [] }, /: clusters: /],
    ['a cluster address where none may be', 'serve', { ...serve, clusters: [target] }, /: clusters\.0: .*"url"/],
    ['an address that is none', 'gateway', { ...gateway, vault: { ...vault, address: 'x' } }, /: vault\.address: /],
    ...(['observe', 'gateway'] as const).flatMap((name) =>
      ['url', 'caFile'].map((field): [string, typeof name, unknown, RegExp] => {
        const clusters = [target, without(target, field)];
        const content = { ...(name === 'observe' ? observe : gateway), clusters };
        return [`${name} without ${field}`, name, content, new RegExp(`: clusters\\.1\\.${field}: `)];
      }),
    ),
    [
      'alerts of a cluster that is not known',
      'serve',
      { ...serve, tokens: { ...serve.tokens, alerts: [...alerts, { sha256, cluster: 'west' }] } },
      /: tokens\.alerts\.1\.cluster: expected one of clusters\[\]\.name: east$/,
    ],
  ];
  for (const [name, schema, content, message] of refusals) {
    it(`refused: ${name}`, async () => {
      await assert.rejects(read(schema, content), (error: unknown) => {
        assert.ok(error instanceof AirlockError);
        assert.equal(error.code, 'bad-input');
        assert.match(error.message, message);
        assert.ok(!`${error.stack} ${JSON.stringify(error.details)}`.includes(password), 'the password is told');
        return true;
      });
    });
  }

  it('refused: a file that is not there', async () => {
    const path = join(folder, 'none.json');
    await assert.rejects(readConfig(path, reasonConfigSchema), {
      code: 'bad-input',
      message: /none\.json: cannot be read/,
    });
  });
});

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
const cluster = { name: 'east', class: 'production' };
const target = { ...cluster, url: 'https://127.0.0.1:6443', caFile: '/ca.crt' };
const common = {
  temporal: { address: '127.0.0.1:7233' },
  postgres: `postgres://airlock:${password}@127.0.0.1/airlock`,
};
const vault = { address: 'http://127.0.0.1:8200', identityFile: '/identity.json' };
const oidc = { issuer: 'http://127.0.0.1:9000' };
const policy = { opa: 'http://127.0.0.1:8181', phasesFile: '/phases.yaml' };

const reason = { ...common, clusters: [cluster], playbooks: '/playbooks' };
const approverGroups = { low: ['sre', 'lead'], medium: ['lead'], high: ['sre', 'lead'] };
const dossierSeconds = { low: 60, medium: 60, high: 60 };
const gateway = {
  ...common,
  clusters: [target],
  vault,
  oidc,
  policy,
  approverGroups,
  maxDossierSeconds: dossierSeconds,
};
const observe = { ...common, clusters: [target], vault, observation: { programs: { etcd: '/etcd' } } };
const expiresAt = '2027-01-01T00:00:00Z';
const alertToken = { name: 'alertmanager', sha256, cluster: 'east', expiresAt };
const operatorToken = { name: 'lea', sha256: 'b'.repeat(64), expiresAt };
const serve = {
  ...common,
  clusters: [cluster],
  vault,
  oidc,
  policy,
  listen: { host: '127.0.0.1', port: 0 },
  tokens: { alerts: [alertToken], operators: [operatorToken] },
  approverGroups,
  playbooks: '/playbooks',
  dossierSeconds,
};
function withOperators(change: object, alerts: object[] = [alertToken]): object {
  return { ...serve, tokens: { alerts, operators: [{ ...operatorToken, ...change }] } };
}
/** The sections whose address must use TLS. */
const insecureSections = [
  ['serve', serve, 'vault', 'address'],
  ['serve', serve, 'policy', 'opa'],
  ['serve', serve, 'oidc', 'issuer'],
  ['observe', observe, 'vault', 'address'],
  ['gateway', gateway, 'vault', 'address'],
  ['gateway', gateway, 'policy', 'opa'],
  ['gateway', gateway, 'oidc', 'issuer'],
] as unknown as [keyof typeof schemas, Record<string, object>, string, string][];
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
    it(`reads the configuration of ${name}, and printing it does not show the password`, async () => {
      const config = await read(name as keyof typeof schemas, content);
      assert.ok(!JSON.stringify(config).includes(password));
    });
  }

  const cut = JSON.stringify(reason).replace('"clusters"', 'clusters');
  const refusals: [string, keyof typeof schemas, unknown, RegExp][] = [
    ['malformed JSON', 'reason', cut, /^\/.*\/reason\.json: is not JSON at position \d+ \(line 1 column \d+\)$/],
    [
      'malformed JSON whose text the engine quotes',
      'reason',
      `"${password}" ${password}`,
      /\/reason\.json: is not JSON/,
    ],
    ['a list', 'reason', [], /\/reason\.json: Invalid input: expected object/],
    ['a string', 'reason', JSON.stringify(password), /\/reason\.json: Invalid input: expected object/],
    ['a field of a wrong type', 'reason', { ...reason, playbooks: 3 }, /\/reason\.json: playbooks: /],
    ['postgres that is a list', 'reason', { ...reason, postgres: [password] }, /\/reason\.json: postgres: /],
    ['an unknown field', 'reason', { ...reason, vault }, /\/reason\.json: Unrecognized key: "vault"/],
    ['an empty list of clusters', 'reason', { ...reason, clusters: [] }, /: clusters: /],
    [
      'a cluster address for a process that must not have one',
      'serve',
      { ...serve, clusters: [target] },
      /: clusters\.0: .*"url"/,
    ],
    ['a malformed address', 'gateway', { ...gateway, vault: { ...vault, address: 'x' } }, /: vault\.address: /],
    ...insecureSections.map(([name, config, section, field]): [string, typeof name, unknown, RegExp] => {
      const plain = 'http://server.example:80';
      const changed = { ...config, [section]: { ...config[section], [field]: plain } };
      return [`plain http to ${section} of ${name}`, name, changed, /is plain http.*insecure: true/];
    }),
    [
      'an API on the network without TLS',
      'serve',
      { ...serve, listen: { host: '0.0.0.0', port: 80 } },
      /: listen\.host: the API has no TLS/,
    ],
    ...(['observe', 'gateway'] as const).flatMap((name) =>
      ['url', 'caFile'].map((field): [string, typeof name, unknown, RegExp] => {
        const clusters = [target, without(target, field)];
        const content = { ...(name === 'observe' ? observe : gateway), clusters };
        return [`${name} without ${field}`, name, content, new RegExp(`: clusters\\.1\\.${field}: `)];
      }),
    ),
    [
      'a step-up that leaves out a tier',
      'gateway',
      { ...gateway, oidc: { ...oidc, stepUp: { medium: { acr: ['gold'] }, high: { acr: ['gold'] } } } },
      /: oidc\.stepUp\.low: /,
    ],
    [
      'a check of the login page for a process that admits no token',
      'serve',
      { ...serve, oidc: { ...oidc, authorizationDetails: 'required' } },
      /: oidc: .*"authorizationDetails"/,
    ],
    [
      'a token for alerts of an unknown cluster',
      'serve',
      withOperators({}, [{ ...alertToken, cluster: 'west' }]),
      /: tokens\.alerts\.0\.cluster: expected a cluster of this configuration: east$/,
    ],
    ['a token without an end', 'serve', withOperators({ expiresAt: undefined }), /: tokens\.operators\.0\.expiresAt: /],
    ['a token without a name', 'serve', withOperators({ name: '' }), /: tokens\.operators\.0\.name: /],
    [
      'two tokens with one name',
      'serve',
      withOperators({ name: 'alertmanager' }),
      /: tokens\.operators\.0\.name: another token has the same name$/,
    ],
    [
      'one token for two purposes',
      'serve',
      withOperators({ sha256 }),
      /: tokens\.operators\.0\.sha256: another token has the same sha256$/,
    ],
  ];
  for (const [name, schema, content, message] of refusals) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(read(schema, content), (error: unknown) => {
        assert.ok(error instanceof AirlockError);
        assert.equal(error.code, 'bad-input');
        assert.match(error.message, message);
        assert.ok(
          !`${error.stack} ${JSON.stringify(error.details)}`.includes(password),
          'the error contains the password',
        );
        return true;
      });
    });
  }

  it('allows plain http on the network only where the configuration says `insecure: true`', async () => {
    for (const [name, config, section, field] of insecureSections) {
      const address = { [field]: 'http://server.example:80', insecure: true };
      await read(name, { ...config, [section]: { ...config[section], ...address } });
    }
    await read('serve', { ...serve, listen: { host: '0.0.0.0', port: 80, insecure: true } });
  });

  it('refuses a missing file', async () => {
    const path = join(folder, 'none.json');
    await assert.rejects(readConfig(path, reasonConfigSchema), {
      code: 'bad-input',
      message: /none\.json: cannot be read/,
    });
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Fastify from 'fastify';
import { z } from 'zod';
import { createTokenVerifier } from '../../../src/adapters/oidc/token-verifier.ts';
import { connectClient } from '../../../src/adapters/temporal/connect.ts';
import { createIncidentWorkflows } from '../../../src/adapters/temporal/incident-workflows.ts';
import { collectDescribedRoutes } from '../../../src/api/openapi/described-routes.ts';
import { addRouteGroup } from '../../../src/api/http/route-group.ts';
import { openApiDocument } from '../../../src/api/openapi/openapi.ts';
import type { RouteDoc } from '../../../src/api/openapi/route-doc.ts';
import { purposeOfEdit } from '../../../src/domain/approval/edit.ts';
import { AirlockError } from '../../../src/lib/error.ts';
import { purposeOfRequest } from '../../../src/domain/approval/request.ts';
import { ensureToolchain } from '../../../stack/toolchain/toolchain.ts';
import { ensureSchemathesis, type Schemathesis } from '../../../stack/toolchain/schemathesis.ts';
import { stopAll } from '../../../stack/process/process.ts';
import { createProgress } from '../../../stack/progress.ts';
import { openState } from '../../../stack/state/state.ts';
import { startTemporal } from '../../../stack/servers/temporal.ts';
import { startDatabase } from '../../execution/database.ts';
import { startIssuer } from '../../execution/admission/issuer.ts';
import { edit, goodBodies, request } from '../good-bodies.ts';
import { documentFor, type Described } from './schemathesis-document.ts';
import { seedIncident } from '../seed-incident.ts';
import { createTestApi, tokens } from '../api-under-test.ts';

/** Requests per phase and route, and the seed: with it, every run sends the same requests. */
const examples = 5;
const seed = 20261121;
const longestMs = 240_000;

// `positive_data_acceptance` is left out: a token that fits its schema is still not a signed one, and stored objects limit
// which valid requests can succeed.
const checks = [
  'not_a_server_error',
  'response_schema_conformance',
  'status_code_conformance',
  'content_type_conformance',
  'ignored_auth',
  'response_headers_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'unsupported_method',
  'allow_header_conformance',
];

/**
 * A token for each security scheme from the environment, and the warnings that fail the run. 413 refuses invalid data too:
 * a generated text can be longer than the largest body, which Schemathesis' own list of statuses leaves out.
 */
const config = `
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422"]
[auth.openapi.operator]
bearer = "\${OPERATOR_TOKEN}"
[auth.openapi.source]
bearer = "\${SOURCE_TOKEN}"
[warnings]
fail-on = ["missing_auth", "unsupported_regex", "unused_openapi_auth"]
`;

async function installed(): Promise<Schemathesis | { missing: string }> {
  try {
    return await ensureSchemathesis(createProgress());
  } catch (error) {
    if (error instanceof AirlockError && error.code.startsWith('python-')) return { missing: error.message };
    throw error;
  }
}

/** Sends the API valid and invalid requests. @returns the exit code and the output of schemathesis. */
async function tryEverything(url: string, document: object): Promise<{ code: unknown; output: string }> {
  assert.ok(!('missing' in program));
  const { command, args, env } = program;
  const folder = await mkdtemp(join(tmpdir(), 'airlock-schemathesis-'));
  const [file, configFile] = [join(folder, 'openapi.json'), join(folder, 'schemathesis.toml')];
  await Promise.all([writeFile(file, JSON.stringify(document)), writeFile(configFile, config)]);
  const runArgs = [
    '--config-file',
    configFile,
    'run',
    file,
    '--url',
    url,
    '--checks',
    checks.join(','),
    '--max-examples',
    String(examples),
    '--seed',
    String(seed),
    '--no-color',
    '--continue-on-failure',
    '--request-timeout',
    '20',
    '--generation-database',
    'none',
  ];
  const secrets = { OPERATOR_TOKEN: tokens.operator, SOURCE_TOKEN: tokens.east };
  const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...secrets, ...env } };
  try {
    return await new Promise((resolve) => {
      execFile(command, [...args, ...runArgs], { ...options, timeout: longestMs }, (error, stdout, stderr) => {
        resolve({ code: error ? (error.code ?? error.signal) : 0, output: stdout + stderr });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const program = await installed();

describe('schemathesis', { skip: 'missing' in program ? program.missing : false }, () => {
  it('finds no 5xx, no undescribed answer and no route without authentication', async () => {
    await using environment = await startEnvironment();
    const { code, output } = await tryEverything(environment.url, environment.document);
    assert.equal(code, 0, output);
    const routeCount = Object.values(environment.document.paths).flatMap(Object.keys).length;
    assert.match(output, new RegExp(`Tested: +${routeCount}\n`), 'every route was tested');
  });

  it('finds a 5xx, an undescribed answer and an open route in an API that has them', async () => {
    await using broken = await startBroken();
    const { code, output } = await tryEverything(broken.url, broken.document);
    assert.equal(code, 1, output);
    const problems = [/ST101 Server error/, /ST103 Undocumented status/, /ST108 .*schema/, /ST401 .*authentication/];
    for (const problem of problems) assert.match(output, problem);
  });
});

const anybody = { name: 'anybody', sha256: '', expiresAt: '' };

/** An API whose answers differ from its description. */
async function startBroken(): Promise<AsyncDisposable & { url: string; document: object }> {
  const app = Fastify({ exposeHeadRoutes: false });
  const routes = collectDescribedRoutes(app);
  const doc: RouteDoc = { summary: 'x', answer: { schema: z.strictObject({ fine: z.boolean() }) } };
  addRouteGroup(app, { name: 'operator', check: () => anybody }, (scope) => {
    scope.get('/open', { config: { doc } }, async () => ({ fine: true }));
    scope.get('/other', { config: { doc } }, async () => ({ fine: 'no' }));
    scope.get('/teapot', { config: { doc } }, async (_, reply) => reply.code(418).send({}));
    scope.get('/defect', { config: { doc } }, async (_, reply) => reply.code(500).send({}));
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, document: openApiDocument(routes), [Symbol.asyncDispose]: () => app.close() };
}

interface Environment extends AsyncDisposable {
  url: string;
  document: Described;
}

/** The API of `airlock serve` on a real database, Temporal and issuer. Its one incident has no workflow. */
async function startEnvironment(): Promise<Environment> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-schemathesis-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true }));
  const database = stack.use(await startDatabase());
  const issuer = stack.use(await startIssuer(() => new Date()));
  const state = await openState(join(folder, 'state'));
  stack.defer(async () => void (await stopAll(state)));
  const temporal = await startTemporal(state, (await ensureToolchain(createProgress())).program('temporal'));
  const client = await connectClient(temporal.address);
  stack.defer(() => client.connection.close());
  const documents = await seedIncident(database);
  const api = createTestApi(database.pools.serve, createIncidentWorkflows(client), createTokenVerifier(issuer).verify);
  stack.defer(() => api.close());
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${tokens.operator}` };
  const described = (await api.inject({ url: '/v1/openapi.json', headers })).json<Described>();
  const decision = await issuer.decide(documents.dossiers, 'lea');
  const tokenRequest = { ...request, token: await issuer.issueToken(purposeOfRequest(request), 'lea') };
  const edited = { ...edit, dossier: documents.dossiers };
  const editWithToken = { ...edited, token: await issuer.issueToken(purposeOfEdit(edited), 'lea') };
  const bodies = {
    ...goodBodies,
    '/v1/incidents/:id/decisions': { 'application/json': decision },
    '/v1/incidents/:id/edits': { 'application/json': editWithToken },
    '/v1/requests': { 'application/json': tokenRequest },
  };
  const document = documentFor(described, { documents, bodies });
  const resources = stack.move();
  return { url, document, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

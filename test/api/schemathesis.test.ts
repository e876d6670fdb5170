import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Fastify from 'fastify';
import { z } from 'zod';
import { createProofVerifier } from '../../src/adapters/oidc/proof-verifier.ts';
import { connectClient } from '../../src/adapters/temporal/connect.ts';
import { createIncidentWorkflows } from '../../src/adapters/temporal/incident-workflows.ts';
import { describedRoutes } from '../../src/api/openapi/described-routes.ts';
import { family } from '../../src/api/http/route-group.ts';
import { openApiOf } from '../../src/api/openapi/openapi.ts';
import type { RouteDoc } from '../../src/api/openapi/route-doc.ts';
import { proofOfEdit } from '../../src/domain/approval/edit.ts';
import { AirlockError } from '../../src/lib/error.ts';
import { proofOfRequest } from '../../src/domain/approval/request.ts';
import { ensureParts } from '../../stack/toolchain/toolchain.ts';
import { ensureSchemathesis, type Schemathesis } from '../../stack/toolchain/schemathesis.ts';
import { stopAll } from '../../stack/process/process.ts';
import { createProgress } from '../../stack/progress.ts';
import { openState } from '../../stack/state/state.ts';
import { startTemporal } from '../../stack/servers/temporal.ts';
import { startDatabase } from '../execution/database.ts';
import { startIssuer } from '../execution/issuer.ts';
import { edit, goodBodies, request } from './good-bodies.ts';
import { documentFor, type Described } from './schemathesis-document.ts';
import { seedIncident } from './seed-incident.ts';
import { apiOn, tokens } from './sender.ts';

/** Requests of each phase of schemathesis on each route, and its seed: the same run finds the same again. */
const examples = 5;
const seed = 20261121;
const longestMs = 240_000;

// The checks that the issue asks for by name stand first. Not among them: `positive_data_acceptance`, because a proof
// that fits its schema is still not one, and what is stored already limits what can be asked for.
const checks = [
  ...['not_a_server_error', 'response_schema_conformance', 'status_code_conformance', 'content_type_conformance'],
  ...['ignored_auth', 'response_headers_conformance', 'negative_data_rejection', 'missing_required_header'],
  ...['unsupported_method', 'allow_header_conformance'],
];

/** A token for each security scheme, from the environment; and what must not silently go untested. */
const config = `
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

/** Sends the API what the document allows and what it does not. @returns everything that schemathesis said. */
async function tryEverything(url: string, document: object): Promise<{ code: unknown; said: string }> {
  assert.ok(!('missing' in program));
  const { command, args, env } = program;
  const folder = await mkdtemp(join(tmpdir(), 'airlock-schemathesis-'));
  const [file, configFile] = [join(folder, 'openapi.json'), join(folder, 'schemathesis.toml')];
  await Promise.all([writeFile(file, JSON.stringify(document)), writeFile(configFile, config)]);
  const asked = [
    ...['--config-file', configFile, 'run', file, '--url', url, '--checks', checks.join(',')],
    ...['--max-examples', String(examples), '--seed', String(seed), '--no-color', '--continue-on-failure'],
    ...['--request-timeout', '20', '--generation-database', 'none'],
  ];
  const secrets = { OPERATOR_TOKEN: tokens.operator, SOURCE_TOKEN: tokens.east };
  const options = { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...secrets, ...env } };
  try {
    return await new Promise((resolve) => {
      execFile(command, [...args, ...asked], { ...options, timeout: longestMs }, (error, stdout, stderr) => {
        resolve({ code: error ? (error.code ?? error.signal) : 0, said: stdout + stderr });
      });
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const program = await installed();

describe('schemathesis', { skip: 'missing' in program ? program.missing : false }, () => {
  it('OK: no 5xx, no answer that is not described, no route without authentication', async () => {
    await using bed = await startBed();
    const { code, said } = await tryEverything(bed.url, bed.document);
    assert.equal(code, 0, said);
    const asked = Object.values(bed.document.paths).flatMap(Object.keys).length;
    assert.match(said, new RegExp(`Tested: +${asked}\n`), 'every route was asked');
  });

  it('found in an API that breaks each promise: a 5xx, another answer than described, a route that is open', async () => {
    await using broken = await startBroken();
    const { code, said } = await tryEverything(broken.url, broken.document);
    assert.equal(code, 1, said);
    const problems = [/ST101 Server error/, /ST103 Undocumented status/, /ST108 .*schema/, /ST401 .*authentication/];
    for (const problem of problems) assert.match(said, problem);
  });
});

/** An API that says one thing and does another. */
async function startBroken(): Promise<AsyncDisposable & { url: string; document: object }> {
  const app = Fastify({ exposeHeadRoutes: false });
  const routes = describedRoutes(app);
  const doc: RouteDoc = { summary: 'x', answer: { schema: z.strictObject({ fine: z.boolean() }) } };
  family(app, { name: 'operator', check: () => 'anybody' }, (scope) => {
    scope.get('/open', { config: { doc } }, async () => ({ fine: true }));
    scope.get('/other', { config: { doc } }, async () => ({ fine: 'no' }));
    scope.get('/teapot', { config: { doc } }, async (_, reply) => reply.code(418).send({}));
    scope.get('/defect', { config: { doc } }, async (_, reply) => reply.code(500).send({}));
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, document: openApiOf(routes), [Symbol.asyncDispose]: () => app.close() };
}

interface Bed extends AsyncDisposable {
  url: string;
  document: Described;
}

/** `airlock serve`'s API on a real database, a real Temporal and an issuer; the one incident has no workflow there. */
async function startBed(): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), 'airlock-schemathesis-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true }));
  const database = stack.use(await startDatabase());
  const issuer = stack.use(await startIssuer(() => new Date()));
  const state = await openState(join(folder, 'state'));
  stack.defer(async () => void (await stopAll(state)));
  const temporal = await startTemporal(state, (await ensureParts(createProgress())).program('temporal'));
  const client = await connectClient(temporal.address);
  stack.defer(() => client.connection.close());
  const documents = await seedIncident(database);
  const api = apiOn(database.pools.serve, createIncidentWorkflows(client), createProofVerifier(issuer).verify);
  stack.defer(() => api.close());
  const url = await api.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${tokens.operator}` };
  const described = (await api.inject({ url: '/v1/openapi.json', headers })).json<Described>();
  const decision = await issuer.decide(documents.dossiers, 'lea');
  const asked = { ...request, proof: await issuer.prove(proofOfRequest(request), 'lea') };
  const edited = { ...edit, dossier: documents.dossiers };
  const proven = { ...edited, proof: await issuer.prove(proofOfEdit(edited), 'lea') };
  const bodies = {
    ...goodBodies,
    '/v1/incidents/:id/decisions': { 'application/json': decision },
    '/v1/incidents/:id/edits': { 'application/json': proven },
    '/v1/requests': { 'application/json': asked },
  };
  const document = documentFor(described, { documents, bodies });
  const held = stack.move();
  return { url, document, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

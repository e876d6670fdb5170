import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { spansIn, type OtlpSpan } from '../../../test/loop/spans.ts';
import { createLogger } from '../../platform/logger.ts';
import { rootSpanId } from './span-ids.ts';
import { AirlockError } from '../../lib/error.ts';
import { createTracing } from './tracing.ts';

const log = createLogger('serve', 'silent');
const context = { trace: '0123456789abcdef0123456789abcdef', incident: 'inc-0123456789abcdef' };
const times = { start: '2026-11-21T12:00:00.000Z', end: '2026-11-21T12:00:01.500Z' };
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airlock-tracing-'));
});
after(() => rm(folder, { recursive: true }));

describe('tracing', () => {
  it('puts the spans of two processes, one of them restarted, below one root', async () => {
    const files = ['a', 'b'].map((name) => join(folder, name));
    for (const [run, file] of [files[0], files[1], files[1]].entries()) {
      await using tracing = await createTracing(run === 0 ? 'serve' : 'observe', { file }, log);
      await tracing.inIncident(context, { name: `work ${run}`, attributes: { run } }, () =>
        tracing.inChildSpan('inner', {}, async () => 1),
      );
      if (run === 0) tracing.recordRoot(context, { name: 'incident', ...times, attributes: {} });
      tracing.recordSpan(context, { name: 'wait', ...times, attributes: {} });
    }
    const spans = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).flatMap(spansIn);
    assert.ok(spans.every(({ traceId }) => traceId === context.trace));
    const root = rootSpanId(context.trace);
    const named = (name: string): OtlpSpan[] => spans.filter((span) => span.name === name);
    const ids = (name: string): string[] => named(name).map(({ spanId }) => spanId);
    assert.deepEqual([named('incident')[0]?.spanId, named('incident')[0]?.parentSpanId ?? ''], [root, '']);
    assert.equal(named('incident')[0]?.endTimeUnixNano, '1795262401500000000');
    for (const run of [0, 1, 2]) assert.equal(named(`work ${run}`)[0]?.parentSpanId, root);
    assert.deepEqual(
      named('inner')
        .map((span) => span.parentSpanId)
        .sort(),
      [0, 1, 2].flatMap((run) => ids(`work ${run}`)).sort(),
    );
    assert.equal(new Set(ids('wait')).size, 1, 'recorded again, it stays one span');
    assert.ok(named('wait').every(({ parentSpanId }) => parentSpanId === root));
  });

  const secret = 'password=hunter2 of a container';
  for (const [error, shown] of [
    [new AirlockError({ code: 'vault-denied', message: secret }), 'vault-denied'],
    [new TypeError(secret), 'TypeError'],
  ] as const) {
    it(`passes a failure on and records ${shown} in the span, without the text`, async () => {
      const file = join(folder, shown);
      await using tracing = await createTracing('gateway', { file }, log);
      const failing = tracing.inIncident(context, { name: 'fails', attributes: {} }, () => Promise.reject(error));
      await assert.rejects(failing, error);
      await tracing[Symbol.asyncDispose]();
      const spans = await readFile(file, 'utf8');
      assert.deepEqual(spansIn(spans)[0]?.status, { code: 2, message: shown });
      assert.ok(!spans.includes('hunter2'));
    });
  }

  it('runs the work without a span when the trace id is not valid', async () => {
    const file = join(folder, 'none');
    await using tracing = await createTracing('reason', { file }, log);
    for (const trace of ['', 'trace-1', '0'.repeat(32), 'A'.repeat(32)]) {
      assert.equal(await tracing.inIncident({ trace }, { name: 'x', attributes: {} }, async () => 7), 7);
      tracing.recordSpan({ trace }, { name: 'x', ...times, attributes: {} });
    }
    assert.equal(await tracing.inIncident(undefined, { name: 'x', attributes: {} }, async () => 7), 7);
    assert.equal(await tracing.inChildSpan('x', {}, async () => 7), 7);
    await tracing[Symbol.asyncDispose]();
    assert.equal(await readFile(file, 'utf8'), '');
  });

  it('exports OTLP/JSON over HTTP at the latest when the process ends', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        bodies.push(body);
        response.setHeader('content-type', 'application/json').end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const tracing = await createTracing('serve', { otlp: `http://127.0.0.1:${port}/v1/traces` }, log);
    await tracing.inIncident(context, { name: 'sent', attributes: { attempt: 1 } }, async () => undefined);
    await tracing[Symbol.asyncDispose]();
    collector.close();
    assert.deepEqual(
      bodies.flatMap(spansIn).map(({ name, traceId }) => [name, traceId]),
      [['sent', context.trace]],
    );
  });

  it('does not delay work for a missing collector, and delays the end of the process by seconds only', async () => {
    const begun = performance.now();
    {
      await using tracing = await createTracing('serve', { otlp: 'http://127.0.0.1:1/v1/traces' }, log);
      assert.equal(await tracing.inIncident(context, { name: 'lost', attributes: {} }, async () => 7), 7);
      assert.ok(performance.now() - begun < 500);
    }
    assert.ok(performance.now() - begun < 6_000);
  });

  it('refuses a file that cannot be written', async () => {
    await assert.rejects(createTracing('serve', { file: join(folder, 'no/where') }, log), { code: 'bad-input' });
  });
});

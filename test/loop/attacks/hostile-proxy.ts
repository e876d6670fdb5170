import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freePorts } from '../../../stack/process/free-port.ts';
import { startServer } from '../../../stack/process/process.ts';
import type { ProcessName } from '../../../src/domain/names.ts';
import { startHostileProxy } from '../../security/hostile-proxy.ts';
import { checkout, type BootedStack } from '../boot-stack.ts';

/** Somebody sets a proxy in the environment of Airlock's processes. It must see none of their requests. */
export function hostileProxyCases(booted: () => BootedStack): void {
  describe('a proxy in the environment', () => {
    for (const name of ['serve', 'reason', 'observe', 'gateway'] as const) {
      test(`sees no connection of ${name}`, async () => {
        using proxy = await startHostileProxy();
        const file = await ownConfig(booted(), name);
        const log = join(booted().folder, 'logs', `proxied-${name}.log`);
        const second = await startServer(booted().state, {
          name: `proxied-${name}`,
          command: process.execPath,
          args: [join(checkout, 'src/main.ts'), name, '--config', file],
          env: { HOME: booted().folder, ...proxy.environment },
          deadlineMs: 60_000,
          ready: async () => (await readFile(log, 'utf8')).includes('"msg":"ready"'),
          order: 100,
        });
        await second.stop();
        await rm(file);
        assert.equal(proxy.connections(), 0);
      });
    }
  });
}

/** A copy of the configuration of a process, with a port of its own for the API. */
async function ownConfig({ folder }: BootedStack, name: ProcessName): Promise<string> {
  const config = JSON.parse(await readFile(join(folder, 'config', `${name}.json`), 'utf8')) as { listen?: object };
  const [port] = await freePorts(1);
  const file = join(folder, 'config', `proxied-${name}.json`);
  const own = config.listen ? { ...config, listen: { ...config.listen, port } } : config;
  await writeFile(file, JSON.stringify(own), { mode: 0o600 });
  return file;
}

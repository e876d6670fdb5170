import { createInterface } from 'node:readline';
import { createPool } from '../../src/adapters/postgres/pool.ts';
import type { LeaseTimes } from '../../src/adapters/postgres/ledger/object-locks.ts';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import { createVaultSession } from '../../src/adapters/vault/session.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import { Secret } from '../../src/platform/secret.ts';

// A process that locks an object as a gateway does, for paused-process.ts, which pauses this process with SIGSTOP.
// For each line of standard input it tries to write an entry `intended`, and prints `written` or the code of the error.

const { DATABASE = '', VAULT = '', VAULT_IDENTITY = '', LEASE_TIMES = '' } = process.env;
const pool = createPool(new Secret(DATABASE));
const macs = createRowMacs(createVaultSession({ address: VAULT, identityFile: VAULT_IDENTITY }));
const clock = (): Date => new Date();
const ledger = createLedger(pool, macs, { clock, times: JSON.parse(LEASE_TIMES) as LeaseTimes });
const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
const id = 'exe-of-paused-process';

const lock = await ledger.lock(id);
await lock.lockObjects([{ cluster: 'east', ref }]);
const dossier = `sha256:${'a'.repeat(64)}` as const;
const identity = { id, dossier, direction: 'do', incident: 'inc-1', trace: 'trace-1', cluster: 'east' } as const;
const attempt = await lock.begin({ ...identity, startedAt: clock().toISOString() });
process.stdout.write('ready\n');
for await (const version of createInterface({ input: process.stdin })) {
  const answer = await attempt.markIntended('do-1', version).then(
    () => 'written',
    ({ code }) => String(code),
  );
  process.stdout.write(`${answer}\n`);
}

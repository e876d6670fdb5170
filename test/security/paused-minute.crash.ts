import { it } from 'node:test';
import { defaultLeaseTimes } from '../../src/adapters/postgres/ledger/object-locks.ts';
import { pausedProcess } from './paused-process.ts';

it('a process that is paused for a minute writes nothing after another has the lock', async () => {
  await pausedProcess(defaultLeaseTimes, 60_000);
});

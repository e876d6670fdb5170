import { it } from 'node:test';
import { pausedProcess } from './paused-process.ts';

it('a process that is paused until its lock has expired writes nothing after another has the lock', async () => {
  await pausedProcess({ seconds: 3, renewEveryMs: 500 }, 0);
});

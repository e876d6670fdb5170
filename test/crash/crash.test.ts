import { after, before, test } from 'node:test';
import { checkAfterKills } from './check-after-kills.ts';
import { bootCrashStack, type CrashStack } from './crash-stack.ts';
import { sample } from './kill-points.ts';
import { runWithKills } from './run-with-kills.ts';

let stack: CrashStack;
before(async () => {
  stack = await bootCrashStack();
});
after(() => stack[Symbol.asyncDispose]());

// One kill point per process. `npm run test:crash` runs all of them.
test('an incident is repaired as usual although every process and server is killed once', async (t) => {
  await checkAfterKills(t, stack, await runWithKills(t, stack, sample));
});

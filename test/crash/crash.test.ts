import { after, before, test } from 'node:test';
import { aftermath } from './aftermath.ts';
import { bootCrashStack, type CrashStack } from './crash-stack.ts';
import { sample } from './kill-points.ts';
import { survive } from './survive.ts';

let stack: CrashStack;
before(async () => {
  stack = await bootCrashStack();
});
after(() => stack[Symbol.asyncDispose]());

// Every kill point there is: `npm run test:crash`.
test('OK: everything is killed once on the way of one incident, and it ends as if nothing had been', async (t) => {
  await aftermath(t, stack, await survive(t, stack, sample));
});

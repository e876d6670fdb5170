import { after, before, describe, test } from 'node:test';
import { aftermath } from './aftermath.ts';
import { bootCrashStack, type CrashStack } from './crash-stack.ts';
import { allKillPoints } from './kill-points.ts';
import { survive } from './survive.ts';

let stack: CrashStack;
before(async () => {
  stack = await bootCrashStack();
});
after(() => stack[Symbol.asyncDispose]());

describe('killed at every stage of an incident', () => {
  for (const [what, points] of Object.entries(allKillPoints)) {
    test(what, async (t) => {
      const survivor = await survive(t, stack, points);
      await aftermath(t, stack, survivor);
      await survivor.incident.reset();
    });
  }
});

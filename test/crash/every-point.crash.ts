import { after, before, describe, test } from 'node:test';
import { checkAfterKills } from './check-after-kills.ts';
import { bootCrashStack, type CrashStack } from './crash-stack.ts';
import { allKillPoints } from './kill-points.ts';
import { runWithKills } from './run-with-kills.ts';

let stack: CrashStack;
before(async () => {
  stack = await bootCrashStack();
});
after(() => stack[Symbol.asyncDispose]());

describe('an incident is repaired although a process is killed at every stage', () => {
  for (const [what, points] of Object.entries(allKillPoints)) {
    test(what, async (t) => {
      const survived = await runWithKills(t, stack, points);
      await checkAfterKills(t, stack, survived);
      await survived.incident.reset();
    });
  }
});

import { after, before, describe } from 'node:test';
import { addNode } from '../../stack/shop/releases.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { refires } from './refires.ts';
import { unlikeActions } from './unlike-actions.ts';

let stack: BootedStack;

before(async () => {
  const hour = { low: 3600, medium: 3600, high: 3600 };
  stack = await bootStack({ dossierSeconds: hour, verifySeconds: 12 });
  await addNode(stack.stage.admin('east')); // room for a rollout
});
after(() => stack[Symbol.asyncDispose]());

// Side by side: the first is about west, the second about east.
describe('on one more real stack', { concurrency: 2 }, () => {
  describe('unlike actions', { concurrency: 1 }, () => unlikeActions(() => stack));
  describe('merging and refiring', { concurrency: 1 }, () => refires(() => stack));
});

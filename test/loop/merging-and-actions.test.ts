import { after, before, describe } from 'node:test';
import { addNode } from '../../stack/shop/releases.ts';
import { bootStack, type BootedStack } from './boot-stack.ts';
import { refires } from './refires.ts';
import { irreversibleAndNodeActions } from './irreversible-and-node-actions.ts';

let stack: BootedStack;

before(async () => {
  const hour = { low: 3600, medium: 3600, high: 3600 };
  stack = await bootStack({ dossierSeconds: hour, verifySeconds: 12 });
  await addNode(stack.client.admin('east')); // room for a rollout
});
after(() => stack[Symbol.asyncDispose]());

// They run concurrently: the first uses west, the second east.
describe('on a real stack', { concurrency: 2 }, () => {
  describe('other kinds of action', { concurrency: 1 }, () => irreversibleAndNodeActions(() => stack));
  describe('merging and reopening', { concurrency: 1 }, () => refires(() => stack));
});

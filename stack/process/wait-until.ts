import { setTimeout as sleep } from 'node:timers/promises';
import { AirlockError } from '../../src/lib/error.ts';

const pollMs = 50;

/** Waits until `condition` holds, or throws an error that names what was waited for. */
export async function waitUntil(what: string, deadlineMs: number, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) {
      const message = `waited ${String(deadlineMs / 1000)} s in vain for ${what}; look at the logs in the state folder`;
      throw new AirlockError({ code: 'waited-in-vain', message, next: 'ask' });
    }
    await sleep(pollMs);
  }
}

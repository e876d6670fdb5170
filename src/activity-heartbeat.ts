import { heartbeat } from '@temporalio/activity';

/** How often Temporal hears that a long activity's process is still there, milliseconds. */
const beatMs = 2_000;

/** Beats while the work lasts: a process that died is noticed by their absence (workflows/activity-options.ts). */
export async function beating<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => heartbeat(), beatMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

import { inspect } from 'node:util';
import type { TestEvent } from 'node:test/reporters';

/** One finished test, which the reporter prints as a line of JSON. */
export interface TestLine {
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** Reason of a skip, or the error with its stack. */
  why: string;
}

/**
 * Reporter for `node --test-reporter`: prints one line of JSON per test. It leaves out suites, and tests that failed only
 * because a subtest failed. A skip or todo without a reason is a failure.
 */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    if (event.type === 'test:start') path.splice(event.data.nesting, Infinity, event.data.name);
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const line = lineOf(event, [...path.slice(0, event.data.nesting), event.data.name].join(' > '));
    if (line) yield `${JSON.stringify(line)}\n`;
  }
}

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

function lineOf({ type, data }: Finished, name: string): TestLine | undefined {
  const skip = data.skip ?? data.todo;
  if (skip !== undefined && skip !== false) {
    if (typeof skip === 'string' && skip !== '') return { name, outcome: 'skipped', why: skip };
    return { name, outcome: 'failed', why: 'was skipped or marked as todo without a reason' };
  }
  if (type === 'test:pass') return data.details.type === 'suite' ? undefined : { name, outcome: 'passed', why: '' };
  const error = data.details.error as Error & { failureType?: string };
  if (error.failureType === 'subtestsFailed') return undefined;
  return { name, outcome: 'failed', why: inspect(error.cause ?? error) };
}

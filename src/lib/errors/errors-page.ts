import { errorAreas } from '../error-catalogue.ts';
import type { ErrorEntry } from './error-entry.ts';

const introduction = `# Errors

<!-- Generated from src/lib/error-catalogue.ts by \`npm run docs:errors\`. Do not edit. -->

Every error of Airlock has the form \`{code, message, next, details}\`. The message names the object and what to do.
\`next\` tells a program what to do: \`retry\` (the same call may succeed later), \`ask\` (a person must first look at
something or change something), \`stop\` (the same call can only fail again). The column HTTP has the status with which the API
of \`airlock serve\` answers. Some errors end a command and never reach the API. Commands exit with 2 after \`bad-input\`
and with 1 after every other error. In Temporal, the code is the type of the activity's failure, and Temporal retries
only errors with \`retry\`. After a defect, the failure has the type \`internal\`, and Temporal retries the activity too.
`;

/** Returns the text of docs/errors.md: one table for each area, in the order of the catalogue. */
export function errorsPage(): string {
  const sections = Object.entries(errorAreas).map(([title, entries]) => section(title, Object.entries(entries)));
  return [introduction, ...sections].join('\n');
}

function section(title: string, entries: [code: string, entry: ErrorEntry][]): string {
  const rows = entries.map(([code, { next, status, summary }]) => `| \`${code}\` | ${next} | ${status} | ${summary} |`);
  return [`## ${title}`, '', '| code | next | HTTP | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

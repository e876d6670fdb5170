import { errorAreas } from '../error-catalogue.ts';
import type { ErrorEntry } from './error-entry.ts';

const introduction = `# Errors

<!-- Generated from src/lib/error-catalogue.ts by \`npm run docs:errors\`. Do not edit. -->

Every error has a code, a message and a value \`next\`. The message says what failed and what to do. \`next\` tells a
program what to do:

- \`retry\`: repeat the call later.
- \`ask\`: do not repeat the call. First a person must look at something or change something.
- \`stop\`: give up the call.

How errors are reported:

- The API of \`airlock serve\` answers with \`{code, message, next, details}\`. The column HTTP has the status of the
  answer. Some errors occur only outside the API. For these errors the column has no meaning.
- A command prints only the message. The exit code is 2 after \`bad-input\` and 1 after every other error.
- In Temporal, the type of an activity's failure is the error code. Temporal repeats the activity after each error
  with \`retry\`, and after \`internal\` (a defect of Airlock).
`;

/** Returns the text of docs/errors.md: one table for each area of `errorAreas`. */
export function errorsPage(): string {
  const sections = Object.entries(errorAreas).map(([title, entries]) => section(title, Object.entries(entries)));
  return [introduction, ...sections].join('\n');
}

function section(title: string, entries: [code: string, entry: ErrorEntry][]): string {
  const rows = entries.map(([code, { next, status, summary }]) => `| \`${code}\` | ${next} | ${status} | ${summary} |`);
  return [`## ${title}`, '', '| code | next | HTTP | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

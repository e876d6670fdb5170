import { errorAreas } from '../error-catalogue.ts';
import type { ErrorEntry } from './error-entry.ts';

const introduction = `# Errors

<!-- Generated from src/lib/error-catalogue.ts by \`npm run docs:errors\`. Do not edit. -->

Every error of Airlock has the form \`{code, message, next, details}\`. The message names the object and what to do.
\`next\` tells a program what to do: \`retry\` (the same call may succeed later), \`ask\` (a person has to look or to
change something first), \`stop\` (the same call can only fail again). The status is the one with which the API of
\`airlock serve\` answers; an error that ends a command alone never reaches HTTP. Commands exit with 2 after \`bad-input\`
and with 1 after every other error. Activities fail with the code as the type of their Temporal failure, and only
\`retry\` is retried.
`;

/** docs/errors.md: one table per area, in the order of the catalogue. */
export function errorsPage(): string {
  const sections = Object.entries(errorAreas).map(([title, entries]) => section(title, Object.entries(entries)));
  return [introduction, ...sections].join('\n');
}

function section(title: string, entries: [code: string, entry: ErrorEntry][]): string {
  const rows = entries.map(([code, { next, status, summary }]) => `| \`${code}\` | ${next} | ${status} | ${summary} |`);
  return [`## ${title}`, '', '| code | next | HTTP | meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

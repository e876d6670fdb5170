import { describeRef } from '../../domain/kubernetes/object.ts';
import { metadataPrefix } from '../../domain/names.ts';
import type { ChangeLine } from '../../domain/rehearsal/report.ts';
import { isSecurityRelevant } from '../../domain/rehearsal/security-rank.ts';
import { digestOf } from '../../lib/digest.ts';
import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { plural } from '../../lib/plural.ts';
import type { Cell } from './table.ts';

/** A longer value is shown with its length and digest. Outside pod specs, only this many characters are shown. */
const longestValue = 4_000;

/**
 * Lists every changed field: the old value after `-`, the new value after `+`. Says how many fields change. The fields
 * of pod specs come first, and their values are never cut. Adds a hint if values are redacted, and a hint if the plan sets
 * Airlock's annotations.
 */
export function diffLines(diff: readonly ChangeLine[]): Cell[] {
  if (diff.length === 0) return [];
  const [ofPods, others] = [true, false].map((relevant) =>
    diff.filter(({ path }) => isSecurityRelevant(path) === relevant),
  ) as [ChangeLine[], ChangeLine[]];
  const isRedacted = diff.some(({ before, after }) => [before, after].some((value) => value?.startsWith('hmac:')));
  const setsAnnotations = diff.some(({ path }) => path === executionAnnotationPath);
  return [
    countOf(diff.length, ofPods.length),
    ...linesByObject(ofPods, 'what its pods run, and with which rights'),
    ...linesByObject(others, 'fields outside pod specs'),
    ...(isRedacted ? [redactionHint] : []),
    ...(setsAnnotations ? [annotationHint] : []),
  ];
}

function countOf(all: number, ofPods: number): string {
  const first = ofPods === 0 ? 'none is in a pod spec' : `${ofPods} of them in pod specs, which come first`;
  return `${plural(all, 'changed field')}, ${first}:`;
}

function linesByObject(lines: readonly ChangeLine[], what: string): Cell[] {
  const byObject = Map.groupBy(lines, ({ object }) => describeRef(object));
  return [...byObject].flatMap(([object, changes]): Cell[] => [`${object}, ${what}:`, ...changes.flatMap(valueLines)]);
}

const redactionHint = 'Values that may be secret are shown as keyed digests (hmac:...).';

const executionAnnotationPath = jsonPointer('metadata', 'annotations', `${metadataPrefix}execution`);
const annotationHint =
  `The annotations ${metadataPrefix}* above have the values of the rehearsal. ` +
  "The execution will write its own values: the execution id and the incident's trace id.";

function valueLines({ path, before, after }: ChangeLine): Cell[] {
  const lines: Cell[] = [];
  if (before !== null) lines.push({ text: `- ${valueText(path, before)}`, style: 'red' });
  if (after !== null) lines.push({ text: `+ ${valueText(path, after)}`, style: 'green' });
  return lines;
}

/** The length and the digest come before the value, so that no value can imitate them. */
function valueText(path: string, value: string): string {
  if (value.length <= longestValue) return `${path}: ${value}`;
  const about = `${value.length} characters, ${digestOf(value)}`;
  if (isSecurityRelevant(path)) return `${path} (${about}): ${value}`;
  return `${path} (${about}; the first ${longestValue} characters follow): ${value.slice(0, longestValue)}`;
}

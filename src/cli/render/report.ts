import { describeRef } from '../../domain/kubernetes/object.ts';
import type { ChangeLine, Check, Prediction, Report } from '../../domain/rehearsal/report.ts';
import { metadataPrefix } from '../../domain/names.ts';
import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { plural } from '../../lib/plural.ts';
import type { Section } from './page.ts';
import type { Cell, Table } from './table.ts';

/** Returns all sections of a report. `airlock incidents show` prints these sections if no dossier was offered. */
export function reportSections(report: Report): Section[] {
  return [['REHEARSED CHANGE', diffLines(report.diff)], ...findingSections(report)];
}

/** Returns the sections of a report, except the section of the changed fields. */
export function findingSections(report: Report): Section[] {
  const { outcome, predictions, checks, unknowns } = report;
  const result: Cell = { text: `${outcome}: ${summaryOf(report)}`, style: outcome === 'safe' ? 'green' : 'red' };
  return [
    ['PREDICTED RESULT', predictions.length > 0 ? [predictionTable(predictions)] : []],
    ['REHEARSAL', [result, ...checks.flatMap(checkLines)]],
    ['NOT REHEARSED', unknowns],
  ];
}

/**
 * Returns how many checks failed, or `reason` if no check failed. If checks failed, `reason` only repeats the sentences
 * of the failed checks. The caller prints these sentences itself.
 */
function summaryOf({ checks, reason }: Report): string {
  const failed = checks.filter(({ passed }) => !passed);
  return failed.length > 0 ? `${failed.length} of ${plural(checks.length, 'check')} failed` : reason;
}

/**
 * Lists the changed fields of each object: the old value after `-`, the new value after `+`. Adds a hint if values are
 * redacted, and a hint if the plan sets Airlock's annotations.
 */
export function diffLines(diff: readonly ChangeLine[]): Cell[] {
  const byObject = Map.groupBy(diff, ({ object }) => describeRef(object));
  const lines = [...byObject].flatMap(([object, changes]): Cell[] => [object, ...changes.flatMap(changeLines)]);
  const isRedacted = diff.some(({ before, after }) => [before, after].some((value) => value?.startsWith('hmac:')));
  const setsAnnotations = diff.some(({ path }) => path === executionAnnotationPath);
  return [...lines, ...(isRedacted ? [redactionHint] : []), ...(setsAnnotations ? [annotationHint] : [])];
}

const redactionHint = 'Values that may be secret are shown as keyed digests (hmac:...).';

const executionAnnotationPath = jsonPointer('metadata', 'annotations', `${metadataPrefix}execution`);
const annotationHint =
  `The annotations ${metadataPrefix}* above have the values of the rehearsal. ` +
  "The execution will write its own values: the execution id and the incident's trace id.";

function changeLines({ path, before, after }: ChangeLine): Cell[] {
  const lines: Cell[] = [];
  if (before !== null) lines.push({ text: `- ${path}: ${before}`, style: 'red' });
  if (after !== null) lines.push({ text: `+ ${path}: ${after}`, style: 'green' });
  return lines;
}

function predictionTable(predictions: readonly Prediction[]): Table {
  const rows = predictions.map(({ object, measurement, value, grade, why }) => {
    const prediction = grade === 'unknown' ? 'is not predicted' : `= ${value ?? 'none'}`;
    return [grade, `${describeRef(object)} ${measurement} ${prediction} (${why})`];
  });
  return { columns: [{ minWidth: gradeWidth }, { fit: 'wrap' }], rows };
}

/** No name of a grade is longer than `observed`. */
const gradeWidth = 'observed'.length;

function checkLines({ id, passed, sentence, details }: Check): Cell[] {
  if (passed) return [`passed  ${id}: ${sentence}`];
  return [{ text: `FAILED  ${id}: ${sentence}`, style: 'red' }, ...details.map((detail) => `        ${detail}`)];
}

import { describeRef } from '../../domain/kubernetes/object.ts';
import type { ChangeLine, Check, Prediction, Report } from '../../domain/rehearsal/report.ts';
import { metadataPrefix } from '../../domain/names.ts';
import { jsonPointer } from '../../lib/json/json-pointer.ts';
import { plural } from '../../lib/plural.ts';
import type { Section } from './page.ts';
import type { Cell, Table } from './table.ts';

/** Returns the sections of a report. `airlock incidents show` prints these sections if no dossier was offered. */
export function reportSections(report: Report): Section[] {
  return [['REHEARSED CHANGE', diffLines(report.diff)], ...findingSections(report)];
}

/** Returns the predictions and checks of a rehearsal, and what the rehearsal could not do. */
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
 * Returns how many checks failed, or the report's `reason` if no check failed. If checks failed, `reason` only repeats
 * their sentences, and the page shows these sentences below.
 */
function summaryOf({ checks, reason }: Report): string {
  const failed = checks.filter(({ passed }) => !passed);
  return failed.length > 0 ? `${failed.length} of ${plural(checks.length, 'check')} failed` : reason;
}

/**
 * Lists the fields that change, by object: the old value after `-`, the new value after `+`. Adds hints about values.
 */
export function diffLines(diff: readonly ChangeLine[]): Cell[] {
  const byObject = Map.groupBy(diff, ({ object }) => describeRef(object));
  const lines = [...byObject].flatMap(([object, changes]): Cell[] => [object, ...changes.flatMap(changeLines)]);
  const isRedacted = diff.some(({ before, after }) => [before, after].some((value) => value?.startsWith('hmac:')));
  const setsOwnership = diff.some(({ path }) => path === executionPath);
  return [...lines, ...(isRedacted ? [redactionHint] : []), ...(setsOwnership ? [ownershipHint] : [])];
}

const redactionHint = 'Values that may be secret are shown as keyed digests (hmac:...).';

const executionPath = jsonPointer('metadata', 'annotations', `${metadataPrefix}execution`);
const ownershipHint = `The values of the annotations ${metadataPrefix}* above are those of the rehearsal. The execution writes its own id and the incident's trace id instead.`;

function changeLines({ path, before, after }: ChangeLine): Cell[] {
  const lines: Cell[] = [];
  if (before !== null) lines.push({ text: `- ${path}: ${before}`, style: 'red' });
  if (after !== null) lines.push({ text: `+ ${path}: ${after}`, style: 'green' });
  return lines;
}

function predictionTable(predictions: readonly Prediction[]): Table {
  const rows = predictions.map(({ object, measurement, value, grade, why }) => [
    grade,
    `${describeRef(object)} ${measurement} ${grade === 'unknown' ? 'is not predicted' : `= ${value ?? 'none'}`} (${why})`,
  ]);
  return { columns: [{ minWidth: longestGrade }, { fit: 'wrap' }], rows };
}

const longestGrade = 'observed'.length;

function checkLines({ id, passed, sentence, details }: Check): Cell[] {
  if (passed) return [`passed  ${id}: ${sentence}`];
  return [{ text: `FAILED  ${id}: ${sentence}`, style: 'red' }, ...details.map((detail) => `        ${detail}`)];
}

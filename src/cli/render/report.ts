import { describeRef } from '../../domain/kubernetes/object.ts';
import type { Check, Prediction, Report } from '../../domain/rehearsal/report.ts';
import { plural } from '../../lib/plural.ts';
import { countedLines } from './counted-lines.ts';
import { diffLines } from './diff.ts';
import type { Section } from './page.ts';
import type { Cell, Table } from './table.ts';

/** Returns all sections of a report. `airlock incidents show` prints these sections if no dossier was offered. */
export function reportSections(report: Report): Section[] {
  return [['WHAT CHANGES', diffLines(report.diff)], ...findingSections(report)];
}

/** Returns the sections of a report, except the section of the changed fields. */
export function findingSections(report: Report): Section[] {
  const { outcome, predictions, checks, unknowns } = report;
  const result: Cell = { text: `${outcome}: ${summaryOf(report)}`, style: outcome === 'safe' ? 'green' : 'red' };
  return [
    ['PREDICTED RESULT', predictions.length > 0 ? [predictionTable(predictions)] : []],
    ['REHEARSAL', [result, ...checks.flatMap(checkLines)]],
    ['NOT REHEARSED', countedLines(unknowns, 'sentences about what the rehearsal could not determine')],
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

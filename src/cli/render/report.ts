import { describeRef } from '../../domain/kubernetes/object.ts';
import type { ChangeLine, Check, Prediction, Report } from '../../domain/rehearsal/report.ts';
import { visible } from '../../lib/escape-for-terminal.ts';

/** A part of a page: its title, and its lines. */
export type Section = [title: string, lines: string[]];

/** Parts as one page of text. */
export function page(sections: readonly Section[]): string {
  return sections
    .map(([title, lines]) => [title, ...(lines.length > 0 ? lines : ['nothing']).map((line) => `  ${line}`)].join('\n'))
    .join('\n\n');
}

/** What a rehearsal found, for a page: what would change, and the findings. Every text in it is made visible. */
export function reportSections(report: Report): { diff: string[]; findings: Section[] } {
  return {
    diff: renderDiff(report.diff),
    findings: [
      ['PREDICTED', report.predictions.map(renderPrediction)],
      ['CHECKED', [visible(`${report.outcome}: ${report.reason}`), ...report.checks.flatMap(renderCheck)]],
      ['NOT KNOWN', report.unknowns.map((text) => visible(text))],
    ],
  };
}

/** The report alone, for a person who has to take over where policy denied. */
export function renderReport(report: Report): string {
  const { diff, findings } = reportSections(report);
  return page([['WHAT WAS REHEARSED', diff], ...findings]);
}

function renderDiff(diff: readonly ChangeLine[]): string[] {
  const byObject = Map.groupBy(diff, ({ object }) => describeRef(object));
  return [...byObject].flatMap(([object, lines]) => [
    visible(object),
    ...lines.flatMap(({ path, before, after }) => [
      ...(before === null ? [] : [`- ${visible(`${path}: ${before}`)}`]),
      ...(after === null ? [] : [`+ ${visible(`${path}: ${after}`)}`]),
    ]),
  ]);
}

function renderPrediction({ object, fact, value, grade, why }: Prediction): string {
  return `${grade.padEnd(8)}  ${visible(`${describeRef(object)} ${fact} = ${value ?? 'none'}: ${why}`)}`;
}

function renderCheck({ id, passed, sentence, details }: Check): string[] {
  const line = `${passed ? 'passed' : 'FAILED'}  ${visible(`${id}: ${sentence}`)}`;
  return [line, ...(passed ? [] : details.map((detail) => `        ${visible(detail)}`))];
}

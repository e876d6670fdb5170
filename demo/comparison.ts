import { z } from 'zod';
import type { Dossier } from '../src/domain/approval/dossier.ts';
import type { JournalRecord } from '../src/domain/journal/journal.ts';
import { describeRef } from '../src/domain/kubernetes/object.ts';
import type { StoryResult } from './stories/story.ts';

const value = z.union([z.string(), z.number(), z.null()]);
const bodySchema = z.object({ compared: z.array(z.object({ what: z.string(), predicted: value, actual: value })) });

/** What verification measured, fact by fact, beside what was signed. */
export function comparisonOf(records: readonly JournalRecord[], { rehearsal }: Dossier): StoryResult['comparison'] {
  const parsed = bodySchema.safeParse(records.find(({ kind }) => kind === 'verification.done')?.body);
  if (!parsed.success) return [];
  const { predictions } = rehearsal.statement.report;
  const grades = new Map(predictions.map(({ object, fact, grade }) => [`${describeRef(object)} ${fact}`, grade]));
  return parsed.data.compared.map(({ what, predicted, actual }) => ({
    fact: what,
    grade: grades.get(what) ?? '',
    predicted: shown(predicted),
    actual: shown(actual),
  }));
}

function shown(fact: string | number | null): string {
  const text = String(fact ?? 'none');
  return text.startsWith('sha256:') ? `${text.slice(0, 19)}…` : text;
}

/** What did not come true, in sentences. */
export function differing(comparison: StoryResult['comparison']): string[] {
  if (comparison.length === 0) return ['nothing was compared with the target'];
  const wrong = comparison.filter(({ predicted, actual }) => predicted !== actual);
  return wrong.map(({ fact, predicted, actual }) => `${fact}: predicted ${predicted}, is ${actual}`);
}

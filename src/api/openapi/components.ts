import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../../domain/approval/decision.ts';
import { dossierSchema } from '../../domain/approval/dossier.ts';
import { errorBodySchema } from '../../lib/error.ts';
import { evidenceSchema } from '../../domain/plan/evidence.ts';
import { incidentViewSchema } from '../../domain/incident/incident-view.ts';
import { jsonSchema } from '../../lib/json/json.ts';
import { journalRecordSchema } from '../../domain/journal/journal.ts';
import { planSchema } from '../../domain/plan/plan.ts';
import { signedReportSchema } from '../../domain/rehearsal/report.ts';
import { verdictSchema } from '../../domain/policy/verdict.ts';

/**
 * The schemas that the OpenAPI document contains once, under these names. Every other schema is written out at each
 * place that uses it.
 */
export const components = z
  .registry<{ id: string }>()
  .add(admittedDecisionSchema, { id: 'AdmittedDecision' })
  .add(decisionSchema, { id: 'Decision' })
  .add(dossierSchema, { id: 'Dossier' })
  .add(errorBodySchema, { id: 'Error' })
  .add(evidenceSchema, { id: 'Evidence' })
  .add(incidentViewSchema, { id: 'Incident' })
  .add(jsonSchema, { id: 'Json' })
  .add(journalRecordSchema, { id: 'JournalRecord' })
  .add(planSchema, { id: 'Plan' })
  .add(signedReportSchema, { id: 'SignedReport' })
  .add(verdictSchema, { id: 'Verdict' });

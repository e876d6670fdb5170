import { z } from 'zod';
import { admittedDecisionSchema, decisionSchema } from '../domain/decision.ts';
import { dossierSchema } from '../domain/dossier.ts';
import { errorBodySchema } from '../domain/error.ts';
import { evidenceSchema } from '../domain/evidence.ts';
import { incidentViewSchema } from '../domain/incident-view.ts';
import { jsonSchema } from '../domain/json.ts';
import { journalRecordSchema } from '../domain/journal.ts';
import { planSchema } from '../domain/plan.ts';
import { signedReportSchema } from '../domain/report.ts';
import { verdictSchema } from '../domain/verdict.ts';

/** Schemas that the OpenAPI document refers to by name; every other one stands where it is used. */
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

import { z } from 'zod';
import { withTemporalFailures } from '../platform/activity-failure.ts';
import { decisionSchema } from '../domain/approval/decision.ts';
import { digestSchema } from '../lib/digest.ts';
import { editSchema } from '../domain/approval/edit.ts';
import { incidentSchema } from '../domain/incident/incident.ts';
import { refusedInput } from '../lib/refused-input.ts';
import { submittedRequestSchema } from '../domain/approval/request.ts';
import { admitDecision, type AdmitDecisionDeps } from './admission/admit-decision.ts';
import { admitEdit, type AdmitEditDeps } from './admission/admit-edit.ts';
import { admitRequest, type AdmitRequestDeps } from './admission/admit-request.ts';
import type { ExecutionActivities } from './contract.ts';
import { execute, type ExecuteDeps } from './execute.ts';
import { prepare, type PrepareDeps } from './prepare.ts';

// A client of Temporal can start an activity with any input, so each activity first checks the form of its input.
const admitDecisionInput = z.strictObject({ incident: z.string(), trace: z.string(), decision: decisionSchema });
const admitRequestInput = z.strictObject({ incident: incidentSchema, request: submittedRequestSchema });
const admitEditInput = z.strictObject({ incident: z.string(), trace: z.string(), edit: editSchema });
const prepareInput = z.strictObject({ incident: incidentSchema, dossier: digestSchema });
const executeInput = z.discriminatedUnion('direction', [
  prepareInput.extend({ direction: z.literal('do'), report: digestSchema }),
  prepareInput.extend({ direction: z.literal('undo') }),
]);

/** Everything that the gateway's activities need from outside. */
export type GatewayDeps = AdmitDecisionDeps & AdmitRequestDeps & AdmitEditDeps & PrepareDeps & ExecuteDeps;

/**
 * Creates the gateway's activities.
 * @param deps.onExecuteEnded is called when a call of `execute` has ended, with a result or with an error.
 */
export function createActivities(deps: GatewayDeps & { onExecuteEnded: () => void }): ExecutionActivities {
  return {
    admitDecision: withTemporalFailures(async (input) => admitDecision(deps, parse(admitDecisionInput, input))),
    admitRequest: withTemporalFailures(async (input) => admitRequest(deps, parse(admitRequestInput, input))),
    admitEdit: withTemporalFailures(async (input) => admitEdit(deps, parse(admitEditInput, input))),
    prepare: withTemporalFailures(async (input) => prepare(deps, parse(prepareInput, input))),
    execute: withTemporalFailures(async (input) =>
      execute(deps, parse(executeInput, input)).finally(deps.onExecuteEnded),
    ),
  };
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refusedInput(parsed.error, 'input');
}

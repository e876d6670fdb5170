import { z } from 'zod';
import { asFailure } from '../platform/activity-failure.ts';
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

// Anyone who can write to the task queue can send any input, so each activity checks the form of its input first.
const admitInput = z.strictObject({ incident: z.string(), trace: z.string(), decision: decisionSchema });
const admitRequestInput = z.strictObject({ incident: incidentSchema, request: submittedRequestSchema });
const admitEditInput = z.strictObject({ incident: z.string(), trace: z.string(), edit: editSchema });
const prepareInput = z.strictObject({ incident: incidentSchema, dossier: digestSchema });
const executeInput = z.discriminatedUnion('direction', [
  prepareInput.extend({ direction: z.literal('do'), report: digestSchema }),
  prepareInput.extend({ direction: z.literal('undo') }),
]);

/** Everything that the gateway's activities need from outside. */
export type GatewayDeps = AdmitDecisionDeps & AdmitRequestDeps & AdmitEditDeps & PrepareDeps & ExecuteDeps;

/** Creates the gateway's activities. @param deps.onExecuted is called when an attempt of `execute` ends or throws. */
export function createActivities(deps: GatewayDeps & { onExecuted: () => void }): ExecutionActivities {
  return {
    admitDecision: asFailure(async (input) => admitDecision(deps, parse(admitInput, input))),
    admitRequest: asFailure(async (input) => admitRequest(deps, parse(admitRequestInput, input))),
    admitEdit: asFailure(async (input) => admitEdit(deps, parse(admitEditInput, input))),
    prepare: asFailure(async (input) => prepare(deps, parse(prepareInput, input))),
    execute: asFailure(async (input) => execute(deps, parse(executeInput, input)).finally(deps.onExecuted)),
  };
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refusedInput(parsed.error, 'input');
}

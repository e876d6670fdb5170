import { isGrpcServiceError, NamespaceNotFoundError, ServiceError } from '@temporalio/client';
import { AirlockError } from '../../lib/error.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';

/** Why a delivery was not sent, if the delivery itself is the cause. */
export interface DeliveryFailure {
  reason: string;
  /** True if a retry is refused too. False if the failure is to be counted. */
  isPermanent: boolean;
}

/**
 * The gRPC status code INVALID_ARGUMENT. Temporal returns this code if a payload is too large. Temporal also returns it
 * if a workflow has received too many Signals.
 */
const invalidArgument = 3;

/**
 * Returns why a delivery was not sent, if the delivery itself is the cause.
 * @throws the given error if a server is the cause: Temporal or PostgreSQL does not answer, is overloaded, or is not set
 * up. Every delivery then fails, so the failure must not be counted.
 */
export function deliveryFailureOf(error: unknown): DeliveryFailure {
  const cause = error instanceof ServiceError ? error.cause : undefined;
  if (isGrpcServiceError(cause) && cause.code === invalidArgument)
    return { reason: cutSecrets(cause.details), isPermanent: true };
  if (isGrpcServiceError(cause) || error instanceof NamespaceNotFoundError || isDatabaseFault(error)) throw error;
  return { reason: cutSecrets(error instanceof Error ? error.message : String(error)), isPermanent: false };
}

/**
 * A statement that reaches its time limit counts as a failure of the delivery: the statement may be slow for this
 * delivery alone. The count is stored in the same database, so it changes only while the database answers.
 */
function isDatabaseFault(error: unknown): boolean {
  if (!(error instanceof AirlockError) || error.code === 'statement-timeout') return false;
  return error.next === 'retry' || error.code === 'database-mismatch';
}

import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

/**
 * Temporal's default converter, except that an unreadable payload becomes `undefined` instead of an error. Temporal
 * retries a workflow task that fails because of a payload, so a single Signal with unreadable bytes would stall the
 * workflow. Every handler validates its arguments, so it refuses `undefined`.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Parameters<PayloadConverter['fromPayload']>[0]): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  },
};

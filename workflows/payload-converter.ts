import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

/**
 * Temporal's default converter, except that an unreadable payload becomes `undefined` instead of an error. An error
 * would fail the workflow task, and Temporal would retry the task for ever: one Signal with unreadable bytes would
 * stall the workflow. Every handler validates its arguments and refuses `undefined`.
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

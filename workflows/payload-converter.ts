import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

/**
 * How workflows read what reaches them. The same as Temporal's own converter, but that what cannot be read is `undefined`
 * and not an error: Temporal would try a Signal with unreadable bytes again and again, and the workflow would stand still
 * for whoever sent it. Every handler checks what it is given.
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

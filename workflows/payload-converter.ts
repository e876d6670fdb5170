import { defaultPayloadConverter, type PayloadConverter } from '@temporalio/workflow';

/**
 * Temporal's default converter with one difference: an unreadable payload becomes `undefined`. The default converter
 * throws an error. This error would fail the workflow task, and Temporal would retry the task for ever. So one
 * unreadable Signal would stall the workflow. With the argument `undefined`, a Signal is ignored and an Update is
 * refused.
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

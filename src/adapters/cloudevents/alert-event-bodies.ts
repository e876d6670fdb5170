import { z } from 'zod';
import { sourceAlertSchema } from '../../domain/source-alert.ts';
import { attributesSchema } from './attributes.ts';
import { binaryType, structuredType } from './event.ts';

/** The one type of event that is taken: its data is one alert. Another form of the data would be another type. */
export const alertEventType = 'dev.airlock.alert.v1';

/** Data of such an event. An alert's labels tell it apart where its source has no fingerprint. */
export const alertDataSchema = z.strictObject({
  ...sourceAlertSchema.shape,
  annotations: sourceAlertSchema.shape.annotations.default({}),
  fingerprint: sourceAlertSchema.shape.fingerprint.optional(),
});

/** What the API says about the body of each mode, by media type. */
export const alertEventBodies = {
  [structuredType]: z.looseObject({
    ...attributesSchema.shape,
    type: z.literal(alertEventType),
    data: alertDataSchema.optional(),
    data_base64: z.base64().optional(),
  }),
  [binaryType]: alertDataSchema,
};

import { z } from 'zod';
import { sourceAlertSchema } from '../../domain/alert/source-alert.ts';
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
    // JSON format 2.1: what is null is not there.
    ...mayBeNull(attributesSchema.pick({ subject: true, time: true, dataschema: true, datacontenttype: true })),
    type: z.literal(alertEventType),
    data: alertDataSchema.optional(),
    data_base64: z.base64().optional(),
  }),
  [binaryType]: alertDataSchema,
};

function mayBeNull<S extends z.ZodRawShape>(schema: z.ZodObject<S>): { [K in keyof S]: z.ZodNullable<S[K]> } {
  const members = Object.entries(schema.shape).map(([name, member]) => [name, z.nullable(member as z.ZodType)]);
  return Object.fromEntries(members) as { [K in keyof S]: z.ZodNullable<S[K]> };
}

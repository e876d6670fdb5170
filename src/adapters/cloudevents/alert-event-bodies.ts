import { z } from 'zod';
import { sourceAlertSchema } from '../../domain/alert/source-alert.ts';
import { attributesSchema } from './attributes.ts';
import { binaryType, structuredType } from './event.ts';

/** The only accepted type of event. Its data is one alert. A later version of the data will get another type. */
export const alertEventType = 'dev.airlock.alert.v1';

/**
 * Schema of the data of an event of type `dev.airlock.alert.v1`. If the data has no fingerprint, the event's source and
 * the alert's labels identify the alert.
 */
export const alertDataSchema = z.strictObject({
  ...sourceAlertSchema.shape,
  annotations: sourceAlertSchema.shape.annotations.default({}),
  fingerprint: sourceAlertSchema.shape.fingerprint.optional(),
});

/**
 * Maps the media type of each mode (structured, binary) to the schema of the body. The OpenAPI document is made from
 * this map.
 */
export const alertEventBodies = {
  [structuredType]: z.looseObject({
    ...attributesSchema.shape,
    // JSON format, section 2.1: an attribute that is null counts as absent.
    ...nullable(attributesSchema.pick({ subject: true, time: true, dataschema: true, datacontenttype: true })),
    type: z.literal(alertEventType),
    data: alertDataSchema.optional(),
    data_base64: z.base64().optional(),
  }),
  [binaryType]: alertDataSchema,
};

function nullable<S extends z.ZodRawShape>(schema: z.ZodObject<S>): { [K in keyof S]: z.ZodNullable<S[K]> } {
  const members = Object.entries(schema.shape).map(([name, member]) => [name, z.nullable(member as z.ZodType)]);
  return Object.fromEntries(members) as { [K in keyof S]: z.ZodNullable<S[K]> };
}

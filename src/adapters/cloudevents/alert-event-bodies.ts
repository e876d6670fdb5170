import { z } from 'zod';
import { sourceAlertSchema } from '../../domain/alert/source-alert.ts';
import { attributesSchema } from './attributes.ts';
import { dataMediaType, structuredMediaType } from './event.ts';

/** The only accepted `type` of an event. The event's data is one alert. A later data format will get another `type`. */
export const alertEventType = 'dev.airlock.alert.v1';

/**
 * Schema of the data of an event. If the data has no fingerprint, the event's `source` and the alert's labels identify
 * the alert.
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
  [structuredMediaType]: z.looseObject({
    ...attributesSchema.shape,
    // CloudEvents 1.0.2, JSON format, section 2.1: an attribute that is null counts as absent.
    ...nullable(attributesSchema.pick({ subject: true, time: true, dataschema: true, datacontenttype: true })),
    type: z.literal(alertEventType),
    data: alertDataSchema.optional(),
    data_base64: z.base64().optional(),
  }),
  [dataMediaType]: alertDataSchema,
};

function nullable<S extends z.ZodRawShape>(schema: z.ZodObject<S>): { [K in keyof S]: z.ZodNullable<S[K]> } {
  const members = Object.entries(schema.shape).map(([name, member]) => [name, z.nullable(member as z.ZodType)]);
  return Object.fromEntries(members) as { [K in keyof S]: z.ZodNullable<S[K]> };
}

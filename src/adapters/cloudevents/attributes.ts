import { z } from 'zod';
import { badInput } from '../../lib/error.ts';
import { refusedInput } from '../../lib/refused-input.ts';

// CloudEvents 1.0.2, "Type system": a string has no control characters, no lone surrogates and no noncharacters. The
// limit of 2,048 characters is Airlock's own.
const text = z
  .string()
  .min(1, 'is empty')
  .max(2048)
  .regex(/^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]*$/u, 'has characters that CloudEvents does not allow');

// RFC 3986: a URI-reference consists of these characters and of complete percent-encodings.
const uriReference = text.regex(/^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/, 'is not a URI-reference');
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/;

/** The attributes that the CloudEvents specification defines. */
export const attributesSchema = z.object({
  specversion: z.literal('1.0', 'expected 1.0'),
  id: text,
  source: uriReference,
  type: text,
  subject: text.optional(),
  time: z.iso.datetime({ offset: true, message: 'is not a time in RFC 3339 format' }).optional(),
  dataschema: uriReference.regex(/^[A-Za-z][\w+.-]*:/, 'is not an absolute URI').optional(),
  datacontenttype: text.regex(mediaType, 'is not a media type').optional(),
});
export type Attributes = z.infer<typeof attributesSchema>;

// CloudEvents 1.0.2, "Type system": the JSON values that an attribute can have. Integers have 32 bits.
const attributeValue = z.union([
  z.boolean(),
  z
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  text,
]);

/**
 * Checks all attributes of an event, including extension attributes. Returns only the attributes that the CloudEvents
 * specification defines. An attribute that is null counts as absent (JSON format, section 2.1).
 * @throws AirlockError `bad-input`. The error quotes no value.
 */
export function attributesOf(sent: Record<string, unknown>): Attributes {
  const entries = Object.entries(sent).filter(([, value]) => value !== null);
  for (const [name, value] of entries) {
    if (!/^[a-z0-9]{1,128}$/.test(name))
      throw badInput('event', 'an attribute name must have 1 to 128 characters, each a-z or 0-9');
    if (!attributeValue.safeParse(value).success)
      throw badInput(name, 'must be a boolean, a 32-bit integer, or a string of 1 to 2,048 allowed characters');
  }
  // RFC 3339 allows a lower-case `t` and `z`. The schema refuses both letters, so the time is converted to upper case.
  const normalized = entries.map(([name, value]) => [
    name,
    name === 'time' && typeof value === 'string' ? value.toUpperCase() : value,
  ]);
  const parsed = attributesSchema.safeParse(Object.fromEntries(normalized));
  if (!parsed.success) throw refusedInput(parsed.error, 'event');
  return parsed.data;
}

import { AirlockError, badInput } from '../../lib/error.ts';
import { fromBase64 } from '../../lib/base64.ts';
import { strictJson } from '../../lib/json/strict-json.ts';
import type { SentAlerts } from '../../governance/ports.ts';
import { attributesOf, type Attributes } from './attributes.ts';
import { headerValue } from './header-value.ts';

/** One event. `data` is any JSON value, or undefined if a structured event has no data. */
export interface CloudEvent {
  attributes: Attributes;
  data: unknown;
}

/** Media type of structured mode. */
export const structuredType = 'application/cloudevents+json';
/** The only accepted media type of binary mode. In binary mode, the content type describes the data. */
export const binaryType = 'application/json';

/**
 * Reads one event from an HTTP request in structured or binary mode (CloudEvents 1.0.2: sections 3.1 and 3.2 of the
 * HTTP binding, sections 2 and 3 of the JSON format). Refuses a batch of events. The events of a batch can belong to
 * several groups of alerts, which Airlock does not store in one transaction.
 * @throws AirlockError `bad-input`, `unsupported-media-type`. The messages quote no values.
 */
export function readEvent({ headers, body }: SentAlerts): CloudEvent {
  const contentType = mediaTypeOf(headers['content-type'], 'content-type');
  if (contentType === structuredType) return structuredEvent(body);
  if (contentType === binaryType) return binaryEvent(headers, body);
  throw unsupported('content-type', `expected ${structuredType} or ${binaryType}, with one event in each request`);
}

function structuredEvent(body: Uint8Array): CloudEvent {
  const sent = strictJson(body);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw badInput('body', 'is not a JSON object');
  const { data, data_base64: encoded, ...rest } = sent as Record<string, unknown>;
  const attributes = attributesOf(rest);
  if (data !== undefined && encoded !== undefined) throw badInput('data_base64', 'cannot be combined with data');
  const type = mediaTypeOf(attributes.datacontenttype ?? binaryType, 'datacontenttype');
  if (type !== binaryType) throw unsupported('datacontenttype', `expected ${binaryType}`);
  return { attributes, data: encoded === undefined ? data : strictJson(decoded(encoded)) };
}

/** `data_base64` is base64 with padding (JSON format, section 3.1.1; RFC 4648). */
function decoded(encoded: unknown): Uint8Array {
  const bytes = typeof encoded === 'string' ? fromBase64(encoded) : undefined;
  if (!bytes) throw badInput('data_base64', 'is not base64');
  return bytes;
}

function binaryEvent(headers: SentAlerts['headers'], body: Uint8Array): CloudEvent {
  if (headers['ce-datacontenttype'] !== undefined)
    throw badInput('ce-datacontenttype', 'is not allowed: the content-type header gives the media type of the data');
  const ceHeaders = Object.entries(headers).filter(([name]) => name.startsWith('ce-'));
  const values = ceHeaders.map(([name, value]) => [name.slice('ce-'.length), headerValue(name, value)]);
  return { attributes: attributesOf(Object.fromEntries(values)), data: strictJson(body) };
}

/** Returns a media type in lower case, without parameters. Refuses every charset except UTF-8. */
function mediaTypeOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw unsupported(field, 'is missing');
  const [type = '', parameters = ''] = value
    .toLowerCase()
    .split(/;(.*)/s)
    .map((part) => part.trim());
  const charset = /(?:^|;)\s*charset\s*=\s*"?([^\s;"]*)/.exec(parameters)?.[1];
  if (charset !== undefined && charset !== 'utf-8') throw unsupported(field, 'expected charset UTF-8');
  return type;
}

function unsupported(field: string, problem: string): AirlockError {
  return new AirlockError({
    code: 'unsupported-media-type',
    message: `${field}: ${problem}`,
    details: { field },
  });
}

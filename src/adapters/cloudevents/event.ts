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

/** Media type of a request in structured mode. The body of the request is the whole event. */
export const structuredMediaType = 'application/cloudevents+json';
/**
 * The only accepted media type of the data. In binary mode, the body is the data, and headers contain the attributes.
 */
export const dataMediaType = 'application/json';

/**
 * Reads one event from an HTTP request in binary mode (CloudEvents 1.0.2, HTTP binding, section 3.1) or in structured
 * mode (HTTP binding, section 3.2; JSON format, sections 2 and 3). Refuses a batch of events. A batch can contain
 * alerts of several groups, but one transaction stores only the alerts of one group.
 * @throws AirlockError `bad-input`, `unsupported-media-type`. The messages quote no values of the request.
 */
export function readEvent({ headers, body }: SentAlerts): CloudEvent {
  const contentType = mediaTypeOf(headers['content-type'], 'content-type');
  if (contentType === structuredMediaType) return structuredEvent(body);
  if (contentType === dataMediaType) return binaryEvent(headers, body);
  throw unsupported(
    'content-type',
    `expected ${structuredMediaType} or ${dataMediaType}, with one event in each request`,
  );
}

function structuredEvent(body: Uint8Array): CloudEvent {
  const sent = strictJson(body);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw badInput('body', 'is not a JSON object');
  const { data, data_base64: encoded, ...rest } = sent as Record<string, unknown>;
  const attributes = attributesOf(rest);
  if (data !== undefined && encoded !== undefined)
    throw badInput('data_base64', 'must not be combined with the field data');
  const type = mediaTypeOf(attributes.datacontenttype ?? dataMediaType, 'datacontenttype');
  if (type !== dataMediaType) throw unsupported('datacontenttype', `expected ${dataMediaType}`);
  return { attributes, data: encoded === undefined ? data : strictJson(decoded(encoded)) };
}

/** Decodes `data_base64`, which is base64 with padding (JSON format, section 3.1.1; RFC 4648). */
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

/** Returns a media type in lower case, without parameters. Refuses a `charset` parameter other than UTF-8. */
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

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AlertFormat, Intake, IntakeResult } from '../governance/intake/intake.ts';
import type { TokenEntry } from './http/bearer.ts';
import type { Counters } from './http/counters.ts';

const maxBodyBytes = 16 * 1024 * 1024;

/** The entry of a monitoring system's token. */
export interface AlertToken extends TokenEntry {
  cluster: string;
}

/** What the alert routes need. */
export interface AlertDeps {
  /**
   * Checks the Authorization header of a monitoring system. Returns the token's entry in the configuration. The token
   * is only for alerts of the entry's `cluster`.
   */
  checkSource: (authorization?: string) => AlertToken;
  intake: Intake;
  counters: Counters;
  /** For each format: the accepted media types, each with the schema of the body. */
  formats: Record<AlertFormat, Record<string, z.ZodType>>;
}

const resultSchema: z.ZodType<IntakeResult> = z.strictObject({
  trace: z.string(),
  received: z.int(),
  stored: z.int(),
});

const descriptions: Record<AlertFormat, { summary: string; errors: number[] }> = {
  alertmanager: {
    summary:
      "Accepts alerts in Alertmanager's webhook format, version 4. Answers when all alerts of the request are stored.",
    errors: [403],
  },
  cloudevents: {
    summary:
      'Accepts one alert as a CloudEvent 1.0 of type dev.airlock.alert.v1: in structured mode, or in binary mode ' +
      'with the attributes in ce- headers. Answers when the alert is stored.',
    errors: [403],
  },
};

/**
 * Adds the routes `POST /v1/alerts/<format>`. A route answers 202 when all alerts of the request are stored. The bearer
 * token determines the cluster of the alerts.
 */
export function alertRoutes(app: FastifyInstance, { checkSource, intake, counters, formats }: AlertDeps): void {
  for (const format of Object.keys(descriptions) as AlertFormat[]) {
    app.route({
      method: 'POST',
      url: `/v1/alerts/${format}`,
      bodyLimit: maxBodyBytes,
      config: {
        doc: { ...descriptions[format], body: formats[format], answer: { status: 202, schema: resultSchema } },
      },
      handler: async ({ headers, body }, reply) => {
        const { cluster } = checkSource(headers.authorization);
        const result = await intake(cluster, format, {
          headers,
          body: (body as Buffer | undefined) ?? new Uint8Array(),
        });
        counters.count('alerts received', result.received);
        counters.count('alerts stored', result.stored);
        return reply.code(202).send(result);
      },
    });
  }
}

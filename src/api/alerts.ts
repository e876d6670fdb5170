import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AlertFormat, Intake, IntakeResult } from '../governance/intake/intake.ts';
import type { createBearerCheck } from './http/bearer.ts';
import type { Counters } from './http/counters.ts';

const maxBodyBytes = 16 * 1024 * 1024;

/** What the routes of alerts need. */
export interface AlertDeps {
  /** Checks the bearer token of a monitoring system, and returns the entry with the cluster of this token. */
  sources: ReturnType<typeof createBearerCheck<{ sha256: string; cluster: string }>>;
  intake: Intake;
  counters: Counters;
  /** Schema of the body by media type, for each format. */
  formats: Record<AlertFormat, Record<string, z.ZodType>>;
}

const receiptSchema: z.ZodType<IntakeResult> = z.strictObject({
  trace: z.string(),
  received: z.int(),
  stored: z.int(),
});

const descriptions: Record<AlertFormat, { summary: string; errors: number[] }> = {
  alertmanager: {
    summary: "Accepts Alertmanager's webhook, version 4. Answers when every alert is stored.",
    errors: [403],
  },
  cloudevents: {
    summary:
      'Accepts one alert as a CloudEvent 1.0 of type dev.airlock.alert.v1: in structured mode, or in binary mode with the ' +
      'attributes in ce- headers. Answers when the alert is stored.',
    errors: [403],
  },
};

/**
 * Adds the routes `POST /v1/alerts/<format>`. They answer 202 when every alert is stored. The bearer token determines
 * the cluster of the alerts.
 */
export function alertRoutes(app: FastifyInstance, { sources, intake, counters, formats }: AlertDeps): void {
  for (const format of Object.keys(descriptions) as AlertFormat[]) {
    app.route({
      method: 'POST',
      url: `/v1/alerts/${format}`,
      bodyLimit: maxBodyBytes,
      config: {
        doc: { ...descriptions[format], body: formats[format], answer: { status: 202, schema: receiptSchema } },
      },
      handler: async ({ headers, body }, reply) => {
        const { cluster } = sources(headers.authorization);
        const receipt = await intake(cluster, format, {
          headers,
          body: (body as Buffer | undefined) ?? new Uint8Array(),
        });
        counters.count('alerts received', receipt.received);
        counters.count('alerts stored', receipt.stored);
        return reply.code(202).send(receipt);
      },
    });
  }
}

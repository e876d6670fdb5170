import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { toBase64 } from '../lib/base64.ts';
import { refused } from '../lib/error.ts';
import { verifierKey, type NoteKey } from '../tlog/note.ts';
import type { Checkpoints } from '../domain/journal/ports.ts';
import { refusedInput } from '../lib/refused-input.ts';
import type { JournalProofs } from '../governance/journal-proofs.ts';

/** What the routes of the journal's Merkle tree need. */
export interface JournalTreeDeps {
  checkpoints: Pick<Checkpoints, 'latest'>;
  proofs: JournalProofs;
  /** Public keys of the journal's signer, from Vault. */
  checkpointKeys: () => Promise<NoteKey[]>;
}

const positiveInteger = z.string().regex(/^[1-9][0-9]{0,14}$/, 'expected a whole number of at least 1');
const hash = z.string().describe('base64 of 32 bytes');
const note = z.string().describe('C2SP signed note');

/** `size` is the number of records in the tree. */
const inclusionQuery = z.object({ seq: positiveInteger, size: positiveInteger });
const inclusionAnswer = z.object({
  entry: z
    .string()
    .describe(
      'the bytes that are hashed as a leaf of the tree: canonical JSON of the record without its body, a line feed, the body',
    ),
  proof: z.array(hash),
});
const consistencyQuery = z.object({ first: positiveInteger, second: positiveInteger });
const consistencyAnswer = z.object({ proof: z.array(hash) });
const bundleParams = z.object({
  bundle: z.string().regex(/^(0|[1-9][0-9]{0,11})$/, 'expected a whole number'),
});
const bundleQuery = z.object({ size: positiveInteger });

const text = 'text/plain';

/**
 * `GET /v1/journal/...`: the latest checkpoint, the keys, proofs, and entry bundles (up to 256 records each). A
 * verifier checks the checkpoint's signature with a key, and then the proofs and records against the checkpoint. A
 * compromised API could send its own key, so a verifier who does not trust the API must get the key from somewhere
 * else.
 */
export function journalTreeRoutes(
  app: FastifyInstance,
  { checkpoints, proofs, checkpointKeys }: JournalTreeDeps,
): void {
  app.get('/v1/journal/checkpoint', { config: { doc: descriptions.checkpoint } }, async (_request, reply) => {
    const latest = await checkpoints.latest();
    if (latest === undefined)
      throw refused('not-found', 'no checkpoint is signed yet: check that `airlock gateway` runs');
    return reply.type(`${text}; charset=utf-8`).send(latest);
  });
  app.get('/v1/journal/keys', { config: { doc: descriptions.keys } }, async (_request, reply) => {
    const lines = (await checkpointKeys()).map((key) => `${verifierKey(key)}\n`);
    return reply.type(`${text}; charset=utf-8`).send(lines.join(''));
  });
  app.get('/v1/journal/inclusion', { config: { doc: descriptions.inclusion } }, async ({ query }) => {
    const { seq, size: treeSize } = parsed(inclusionQuery, query, 'query');
    const { entry, proof } = await proofs.inclusion(Number(seq), Number(treeSize));
    return { entry: Buffer.from(entry).toString('utf8'), proof: proof.map(toBase64) };
  });
  app.get('/v1/journal/consistency', { config: { doc: descriptions.consistency } }, async ({ query }) => {
    const { first, second } = parsed(consistencyQuery, query, 'query');
    return { proof: (await proofs.consistency(Number(first), Number(second))).map(toBase64) };
  });
  app.get(
    '/v1/journal/entries/:bundle',
    { config: { doc: descriptions.entries } },
    async ({ params, query }, reply) => {
      const { bundle } = parsed(bundleParams, params, 'params');
      const bytes = await proofs.bundle(Number(bundle), Number(parsed(bundleQuery, query, 'query').size));
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    },
  );
}

const descriptions = {
  checkpoint: {
    summary:
      "The latest checkpoint: size and root hash of the journal's Merkle tree, signed by the gateway (C2SP tlog-checkpoint).",
    answer: { type: text, schema: note },
    errors: [404],
  },
  keys: {
    summary: 'Public keys that verify checkpoints, one verifier key per line (C2SP signed-note).',
    answer: { type: text, schema: z.string() },
  },
  inclusion: {
    summary: 'A record, and the proof that the tree of the given size includes the record (RFC 9162, section 2.1.3).',
    query: inclusionQuery,
    answer: { schema: inclusionAnswer },
  },
  consistency: {
    summary: 'The proof that the tree of size `second` begins with the tree of size `first` (RFC 9162, section 2.1.4).',
    query: consistencyQuery,
    answer: { schema: consistencyAnswer },
  },
  entries: {
    summary: 'Up to 256 consecutive records, each prefixed with its length (C2SP tlog-tiles, entry bundle).',
    params: bundleParams,
    query: bundleQuery,
    answer: { type: 'application/octet-stream' },
  },
};

function parsed<T>(schema: z.ZodType<T>, input: unknown, root: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw refusedInput(result.error, root);
}

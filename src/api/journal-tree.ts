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
  /** Reads the public keys with which checkpoints are verified. */
  checkpointKeys: () => Promise<NoteKey[]>;
}

const positiveInteger = z
  .string()
  .regex(/^[1-9][0-9]{0,14}$/, 'expected a number of at most 15 digits that does not begin with 0');
const hash = z.string().describe('base64 of 32 bytes');
const note = z.string().describe('C2SP signed note');

/** Number of records in the tree. */
const treeSize = positiveInteger;

const inclusionQuery = z.object({ seq: positiveInteger, size: treeSize });
const inclusionAnswer = z.object({
  entry: z
    .string()
    .describe(
      'the leaf before hashing: the record without its body as canonical JSON, a line feed, and the stored body',
    ),
  proof: z.array(hash),
});
const consistencyQuery = z.object({ first: treeSize, second: treeSize });
const consistencyAnswer = z.object({ proof: z.array(hash) });
const bundleParams = z.object({
  bundle: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,11})$/, 'expected 0, or a number of at most 12 digits that does not begin with 0'),
});
const bundleQuery = z.object({ size: treeSize });

const plainText = 'text/plain';

/**
 * `GET /v1/journal/...`: the latest checkpoint, the public keys, proofs, and entry bundles (up to 256 records each). A
 * verifier first checks the checkpoint's signature with a public key. Then the verifier checks proofs and records
 * against the checkpoint. A compromised API could send a key of its own. A verifier who does not trust the API must
 * therefore get the key from another source.
 */
export function journalTreeRoutes(
  app: FastifyInstance,
  { checkpoints, proofs, checkpointKeys }: JournalTreeDeps,
): void {
  app.get('/v1/journal/checkpoint', { config: { doc: descriptions.checkpoint } }, async (_request, reply) => {
    const latest = await checkpoints.latest();
    if (latest === undefined)
      throw refused('not-found', 'no checkpoint is signed yet: check that `airlock gateway` runs');
    return reply.type(`${plainText}; charset=utf-8`).send(latest);
  });
  app.get('/v1/journal/keys', { config: { doc: descriptions.keys } }, async (_request, reply) => {
    const lines = (await checkpointKeys()).map((key) => `${verifierKey(key)}\n`);
    return reply.type(`${plainText}; charset=utf-8`).send(lines.join(''));
  });
  app.get('/v1/journal/inclusion', { config: { doc: descriptions.inclusion } }, async ({ query }) => {
    const { seq, size } = parseInput(inclusionQuery, query, 'query');
    const { entry, proof } = await proofs.inclusion(Number(seq), Number(size));
    return { entry: Buffer.from(entry).toString('utf8'), proof: proof.map(toBase64) };
  });
  app.get('/v1/journal/consistency', { config: { doc: descriptions.consistency } }, async ({ query }) => {
    const { first, second } = parseInput(consistencyQuery, query, 'query');
    return { proof: (await proofs.consistency(Number(first), Number(second))).map(toBase64) };
  });
  app.get(
    '/v1/journal/entries/:bundle',
    { config: { doc: descriptions.entries } },
    async ({ params, query }, reply) => {
      const { bundle } = parseInput(bundleParams, params, 'params');
      const bytes = await proofs.bundle(Number(bundle), Number(parseInput(bundleQuery, query, 'query').size));
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    },
  );
}

const descriptions = {
  checkpoint: {
    summary:
      "The latest checkpoint: size and root hash of the journal's Merkle tree, signed by the gateway " +
      '(C2SP tlog-checkpoint).',
    answer: { type: plainText, schema: note },
    errors: [404],
  },
  keys: {
    summary: 'The public keys with which checkpoints are verified. Each line is one verifier key (C2SP signed-note).',
    answer: { type: plainText, schema: z.string() },
  },
  inclusion: {
    summary:
      'Record `seq`, and the proof that the tree of `size` records includes this record (RFC 9162, section 2.1.3).',
    query: inclusionQuery,
    answer: { schema: inclusionAnswer },
  },
  consistency: {
    summary:
      'The proof that the tree of `second` records begins with the tree of `first` records (RFC 9162, section 2.1.4).',
    query: consistencyQuery,
    answer: { schema: consistencyAnswer },
  },
  entries: {
    summary: 'One entry bundle: up to 256 consecutive entries, each with its length before it (C2SP tlog-tiles).',
    params: bundleParams,
    query: bundleQuery,
    answer: { type: 'application/octet-stream' },
  },
};

function parseInput<T>(schema: z.ZodType<T>, input: unknown, inputName: string): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw refusedInput(result.error, inputName);
}

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCheckpoints } from '../../src/execution/checkpoints/checkpoint-loop.ts';
import { append, type Scene } from './scene.ts';

/** What whoever owns the database can do to it, and no process of Airlock. It is mended only in part: run this last. */
export function rewritten(scene: () => Scene): void {
  const asOwner = (sql: string): Promise<unknown> => scene().bed.database.pools.owner.query(sql);
  describe('a database that was rewritten, by whoever owns it', () => {
    const changes: [string, string, string, RegExp][] = [
      [
        'a fact changed',
        "UPDATE journal SET fact = 'nothing' WHERE seq = 17",
        'UPDATE journal SET fact = E\'a plan\\nwith "quotes"\' WHERE seq = 17',
        /record 17 is not what it was|its first \d+ records are not those that were signed/,
      ],
      [
        'a body written in another way',
        `UPDATE journal SET body = '{"n": 1}' WHERE seq = 17`,
        `UPDATE journal SET body = '{"n":1}' WHERE seq = 17`,
        /record 17 is not what it was|not those that were signed/,
      ],
      [
        'an instant moved by a microsecond',
        "UPDATE journal SET at = at + interval '1 microsecond' WHERE seq = 17",
        "UPDATE journal SET at = at - interval '1 microsecond' WHERE seq = 17",
        /record 17 is not what it was|not those that were signed/,
      ],
      [
        'two records swapped',
        'UPDATE journal SET seq = -seq WHERE seq IN (17, 18); UPDATE journal SET seq = 35 + seq WHERE seq < 0',
        'UPDATE journal SET seq = -seq WHERE seq IN (17, 18); UPDATE journal SET seq = 35 + seq WHERE seq < 0',
        /record 17 is not what it was|not those that were signed/,
      ],
      [
        'a record hidden',
        'UPDATE journal SET seq = -17 WHERE seq = 17',
        'UPDATE journal SET seq = 17 WHERE seq = -17',
        /record 17 of the journal is missing/,
      ],
    ];
    for (const [name, change, back, message] of changes) {
      test(`${name}: refused by a gateway that runs and by one that starts; signed again once it is as it was`, async () => {
        await scene().gateway();
        await asOwner(change);
        await append(scene().bed, 1);
        const before = await scene().api.checkpoint();
        const { gateway, bed } = scene();
        for (const signs of [gateway, gateway, bed.gateway('memory'), bed.gateway('no-memory')]) {
          await assert.rejects(signs(), { code: 'journal-broken', next: 'ask', message });
        }
        assert.equal(await scene().api.checkpoint(), before, 'nothing was signed');
        await asOwner(back);
        assert.ok(await scene().gateway());
      });
    }

    test('cut off, and its checkpoints with it: the gateway remembers, also after a restart', async () => {
      const { gateway, bed } = scene();
      const signed = await gateway();
      assert.equal(signed, undefined);
      await asOwner('DELETE FROM journal WHERE seq > 300; DELETE FROM checkpoints WHERE size > 300');
      for (const signs of [gateway, bed.gateway('memory')]) {
        await assert.rejects(signs(), { code: 'journal-broken', message: /ends at record 300, and/ });
      }
      await append(scene().bed, 200);
      for (const signs of [gateway, bed.gateway('memory')]) {
        await assert.rejects(signs(), {
          code: 'journal-broken',
          message: /is not what it was|not those that were signed/,
        });
      }
    });

    test('what is loud about it is in the log', async () => {
      const said: object[] = [];
      const log = { error: (what: object) => void said.push(what), warn: () => assert.fail('not loud') };
      const loop = startCheckpoints({ checkpoint: scene().gateway, log: log as never, everyMs: 3_600_000 });
      while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      await loop[Symbol.asyncDispose]();
      assert.match(JSON.stringify(said), /the journal was changed/);
    });
  });
}

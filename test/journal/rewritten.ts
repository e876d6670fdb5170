import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startCheckpoints } from '../../src/execution/checkpoints/checkpoint-loop.ts';
import { dropKeptCheckpoints } from '../execution/vault.ts';
import { append, incident, type Scene } from './scene.ts';

/** Changes that only the owner of the database can make. Each test undoes its change, or works on a database of its own. */
export function rewritten(scene: () => Scene): void {
  const asOwner = (sql: string): Promise<unknown> => scene().environment.database.pools.owner.query(sql);
  describe('a journal that the owner of the database rewrites', () => {
    const changes: [string, string, string, RegExp][] = [
      [
        'a changed message',
        "UPDATE journal SET message = 'nothing' WHERE seq = 17",
        'UPDATE journal SET message = E\'a plan\\nwith "quotes"\' WHERE seq = 17',
        /record 17 has changed|its first \d+ records are not the records that were signed/,
      ],
      [
        'a body with other whitespace',
        `UPDATE journal SET body = '{"n": 1}' WHERE seq = 17`,
        `UPDATE journal SET body = '{"n":1}' WHERE seq = 17`,
        /record 17 has changed|not the records that were signed/,
      ],
      [
        'a time moved by a microsecond',
        "UPDATE journal SET at = at + interval '1 microsecond' WHERE seq = 17",
        "UPDATE journal SET at = at - interval '1 microsecond' WHERE seq = 17",
        /record 17 has changed|not the records that were signed/,
      ],
      [
        'two swapped records',
        'UPDATE journal SET seq = -seq WHERE seq IN (17, 18); UPDATE journal SET seq = 35 + seq WHERE seq < 0',
        'UPDATE journal SET seq = -seq WHERE seq IN (17, 18); UPDATE journal SET seq = 35 + seq WHERE seq < 0',
        /record 17 has changed|not the records that were signed/,
      ],
      [
        'a hidden record',
        'UPDATE journal SET seq = -17 WHERE seq = 17',
        'UPDATE journal SET seq = 17 WHERE seq = -17',
        /record 17 of the journal is missing/,
      ],
    ];
    for (const [name, change, back, message] of changes) {
      test(`${name}: a running and a starting gateway refuse to sign until it is restored`, async () => {
        await scene().gateway();
        const running = scene().environment.gateway();
        await running.recordsOf(incident);
        await asOwner(change);
        await append(scene().environment.database, 1);
        const { gateway, environment } = scene();
        const refuses = (journal: () => Promise<unknown>): Promise<void> =>
          assert.rejects(journal(), { code: 'journal-corrupt', next: 'ask', message });
        await refuses(() => running.recordsOf(incident));
        const before = await scene().api.checkpoint();
        for (const signs of [gateway, gateway, () => environment.gateway().checkpoint()]) await refuses(signs);
        await refuses(() => running.recordsOf(incident));
        await dropKeptCheckpoints(environment.vault);
        await refuses(() => environment.gateway().checkpoint());
        assert.equal(await scene().api.checkpoint(), before, 'nothing was signed');
        await asOwner(back);
        assert.ok(await scene().gateway());
      });
    }

    test('cut off, with its checkpoints: a running and a starting gateway know the kept checkpoint and log an error', async () => {
      const { environment } = scene();
      await using database = await environment.anotherDatabase();
      const gateway = environment.gateway(database);
      await append(database, 310);
      assert.equal((await gateway.checkpoint())?.size, 310);
      await database.pools.owner.query('DELETE FROM journal WHERE seq > 300; DELETE FROM checkpoints WHERE size > 300');
      for (const journal of [gateway, environment.gateway(database)]) {
        await assert.rejects(journal.checkpoint(), { code: 'journal-corrupt', message: /ends at record 300, but/ });
      }
      await append(database, 200);
      for (const journal of [gateway, environment.gateway(database)]) {
        await assert.rejects(journal.checkpoint(), {
          code: 'journal-corrupt',
          message: /record \d+ has changed|not the records that were signed/,
        });
      }
      assert.match(await errorLogged(() => gateway.checkpoint()), /the journal was changed/);
    });
  });
}

/** What a gateway logs as an error while it signs at its interval. */
async function errorLogged(checkpoint: Scene['gateway']): Promise<string> {
  const logged = Promise.withResolvers<object>();
  const log = { error: (what: object) => logged.resolve(what), warn: () => logged.reject(new Error('not an error')) };
  await using _ = startCheckpoints({ checkpoint, log: log as never, everyMs: 3_600_000 });
  return JSON.stringify(await logged.promise);
}

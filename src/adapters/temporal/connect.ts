import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { AirlockError } from '../../lib/error.ts';
import { temporalNamespace } from '../../domain/names.ts';

const connectTimeoutMs = 10_000;

/**
 * A client of Temporal's namespace `airlock`. The caller closes its `connection`.
 * @throws AirlockError `temporal-unavailable`.
 */
export async function connectClient(address: string): Promise<Client> {
  const connection = await Connection.connect({ address, connectTimeout: connectTimeoutMs }).catch(
    unreachable(address),
  );
  return new Client({ connection, namespace: temporalNamespace });
}

/** A connection for workers. The caller closes it after its workers. @throws AirlockError `temporal-unavailable`. */
export function connectWorkers(address: string): Promise<NativeConnection> {
  return NativeConnection.connect({ address }).catch(unreachable(address));
}

function unreachable(address: string): (error: Error) => never {
  return (error) => {
    throw new AirlockError({
      code: 'temporal-unavailable',
      message: `Temporal at ${address} cannot be reached (${error.message}): check that Temporal runs, then try again`,
    });
  };
}

import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { AirlockError } from '../../lib/error.ts';
import { cutSecrets } from '../../lib/secrets/cut-secrets.ts';
import { temporalNamespace } from '../../domain/names.ts';

const connectTimeoutMs = 10_000;

/**
 * Connects to Temporal and returns a client for the namespace `airlock`. The caller must close `client.connection`.
 * @throws AirlockError `temporal-unavailable` (retry).
 */
export async function connectClient(address: string): Promise<Client> {
  const connection = await Connection.connect({
    address,
    connectTimeout: connectTimeoutMs,
    // Without this setting, the gRPC library uses a proxy from `grpc_proxy`, `https_proxy` or `http_proxy`.
    channelArgs: { 'grpc.enable_http_proxy': 0 },
  }).catch(throwUnavailable(address));
  return new Client({ connection, namespace: temporalNamespace });
}

/**
 * Opens a connection for workers. The caller must stop the workers before it closes the connection.
 * @throws AirlockError `temporal-unavailable` (retry).
 */
export function connectWorkers(address: string): Promise<NativeConnection> {
  return NativeConnection.connect({ address }).catch(throwUnavailable(address));
}

function throwUnavailable(address: string): (error: Error) => never {
  return (error) => {
    throw new AirlockError({
      code: 'temporal-unavailable',
      message: `Temporal at ${address} cannot be reached (${cutSecrets(error.message)}): check that Temporal runs, then try again`,
    });
  };
}

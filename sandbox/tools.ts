import type { Secret } from '../src/secret.ts';
import type { KubernetesApi } from '../src/steps/kubernetes-api.ts';
import type { AdminApi } from './admin-api.ts';

/** What the rehearsal is given by whoever starts programs. */
export interface SandboxTools {
  /** etcd and the API server, ready; nothing else runs yet. */
  startApiServer(): Promise<ApiServer>;
}

/** A running API server. Disposing it ends everything that was started. */
export interface ApiServer extends AsyncDisposable {
  etcdUrl: string;
  /** Under the sandbox's own admin. */
  api: AdminApi;
  /** `gitVersion`. */
  version: string;
  connections: {
    admin: AdminApi;
    connectAs(token: string): AdminApi;
    /** The Kubernetes client that the gateway uses too. */
    kubernetes(token: Secret): KubernetesApi & Disposable;
  };
  /** Controllers, scheduler, and KWOK with these Stages. */
  startControllers(stages: string): Promise<void>;
}

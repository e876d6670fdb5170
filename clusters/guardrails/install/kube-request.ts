/** One call to a Kubernetes API server. */
export interface KubeCall {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path and query, beginning with `/api`. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Of the body; `application/json` unless it is a patch. */
  contentType?: string;
  headers?: Record<string, string>;
}

/** The API server's answer with any status. `body` is the parsed JSON. */
export interface KubeAnswer {
  status: number;
  body: any;
}

/** Calls one API server under one identity, with a deadline. Throws only if there is no answer. */
export type KubeRequest = (call: KubeCall) => Promise<KubeAnswer>;

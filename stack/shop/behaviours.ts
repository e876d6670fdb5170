/**
 * How the containers of an image behave. KWOK simulates this in the embedded targets. Nothing in src/ or sandbox/ may
 * read this file: a prediction that knows the behaviours in advance would prove nothing.
 *
 * `startMs` is the time until the containers start. `readyMs` and `afterMs` are the times from the start until the
 * containers are ready or exit.
 */
export type Behaviour =
  | { does: 'serve'; startMs: number; readyMs: number }
  | { does: 'crash'; startMs: number; afterMs: number; exitCode: number }
  | { does: 'not-pulled' };

const registry = 'registry.shop.example';

/** Returns the image of one release of a workload. */
export function image(workload: string, release: string): string {
  return `${registry}/${workload}:${release}`;
}

/** A pod with this annotation hangs: its containers run but are not ready. Only a new pod helps. */
export const hangsAnnotation = 'shop.example/hangs';

/** For each workload, the image of a release that exits right after it starts. */
export const crashingImages = {
  web: image('web', '1.5.0'),
  cart: image('cart', '2.2.0'),
  catalog: image('catalog', '1.0.0'),
};

/** The image of a release of `web` that was never pushed to the registry. */
export const missingWebImage = image('web', '1.5.1');

/** The behaviour of each image that does not have `defaultBehaviour`. */
export const behaviours: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries(
    Object.values(crashingImages).map((name) => [
      name,
      { does: 'crash', startMs: 200, afterMs: 600, exitCode: 1 } as const,
    ]),
  ),
  [missingWebImage]: { does: 'not-pulled' },
  [image('cart', '2.1.0')]: { does: 'serve', startMs: 200, readyMs: 600 },
  [image('catalog', '0.9.1')]: { does: 'serve', startMs: 200, readyMs: 800 },
};

/** The behaviour of all other images. */
export const defaultBehaviour: Extract<Behaviour, { does: 'serve' }> = { does: 'serve', startMs: 200, readyMs: 400 };

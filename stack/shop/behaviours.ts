/**
 * How the containers of one image behave in an embedded target. KWOK simulates the behaviour. No file in src/ or
 * sandbox/ may import this file: the sandbox has to infer behaviour from objects and events of the target.
 *
 * `startMs`: the time from the pod's `startTime` until the containers start for the first time.
 * `readyMs`: the time from the start of the containers until they are ready.
 * `exitMs`: the time from each start of the containers until they exit.
 * `not-pulled`: the kubelet cannot pull the image, because the registry does not have it.
 */
export type ImageBehaviour =
  | { does: 'serve'; startMs: number; readyMs: number }
  | { does: 'crash'; startMs: number; exitMs: number; exitCode: number }
  | { does: 'not-pulled' };

const registry = 'registry.shop.example';

/** Returns the image of one release of a workload. */
export function imageOf(workload: string, release: string): string {
  return `${registry}/${workload}:${release}`;
}

/**
 * A pod with this annotation hangs: its containers run but are not ready. The annotation has an effect only if the
 * pod's image has the behaviour `serve`.
 */
export const hangsAnnotation = 'shop.example/hangs';

/** For three workloads, an image whose containers crash. The keys are the names of the workloads. */
export const crashingImages = {
  web: imageOf('web', '1.5.0'),
  cart: imageOf('cart', '2.2.0'),
  catalog: imageOf('catalog', '1.0.0'),
};

/** An image of `web` that the registry does not have. */
export const missingWebImage = imageOf('web', '1.5.1');

/** The behaviour of each image that is a key. Every other image has `defaultBehaviour`. */
export const imageBehaviours: Readonly<Record<string, ImageBehaviour>> = {
  ...Object.fromEntries(
    Object.values(crashingImages).map((crashingImage) => [
      crashingImage,
      { does: 'crash', startMs: 200, exitMs: 600, exitCode: 1 } as const,
    ]),
  ),
  [missingWebImage]: { does: 'not-pulled' },
  [imageOf('cart', '2.1.0')]: { does: 'serve', startMs: 200, readyMs: 600 },
  [imageOf('catalog', '0.9.1')]: { does: 'serve', startMs: 200, readyMs: 800 },
};

/** The behaviour of every image without an entry in `imageBehaviours`. */
export const defaultBehaviour: ImageBehaviour = { does: 'serve', startMs: 200, readyMs: 400 };

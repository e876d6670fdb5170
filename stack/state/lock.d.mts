/**
 * Does `work` while no other process does anything under the same file. The file names its holder by pid, start time
 * and boot, so a lock that a dead process left is taken over. `onWait` is told the pid of each holder that is waited
 * for; there is no deadline, since the holder is alive and works.
 */
export function withLock<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T>;

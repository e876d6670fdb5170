/**
 * Runs `work` while it holds a lock file that other processes respect. The file names its holder by pid, start time and
 * boot, so the lock of a dead process is taken over. There is no deadline, because a waiting process knows that the holder
 * is alive.
 * @param onWait Is called with the pid of each holder that it waits for.
 */
export function withLock<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T>;

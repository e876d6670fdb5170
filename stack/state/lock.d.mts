/**
 * Runs `work` while it holds a lock file. Other processes that use this function wait until the lock is free. The file
 * names its holder by pid, start time and boot id, so the lock of a dead process is taken over. There is no deadline,
 * because a waiting process knows that the holder is alive.
 * @param onWait is called with the pid of each holder that the function waits for.
 */
export function withLock<T>(file: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T>;

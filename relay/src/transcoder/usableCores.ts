import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * The CPU time that this process can use in one second, in cores, for example 1.5. A container or a systemd unit can have a quota (Linux:
 * cgroups) that is smaller than the number of cores. The quota of each group around the process limits the process. `root`: for tests.
 */
export async function usableCores({ root = '/', cores = availableParallelism() } = {}): Promise<number> {
  const text = (path: string) => readFile(join(root, path), 'utf8').catch(() => '')
  let least = cores
  // In a container, the path can begin outside the container. Then only the root exists, and is the group of the container.
  for (const [, controllers, group = '/'] of (await text('proc/self/cgroup')).matchAll(/^\d+:([^:]*):(\/.*)$/gm))
    for (const path of withParents(group)) {
      const quota = controllers === '' ? await quotaOf2(text, path) : await quotaOf1(text, controllers ?? '', path)
      if (quota > 0 && quota < least) least = quota
    }
  return least
}

type Read = (path: string) => Promise<string>

/** Version 2 of cgroups: `max 100000`, or the microseconds of quota and period. */
async function quotaOf2(text: Read, group: string): Promise<number> {
  const [quota, period] = (await text(join('sys/fs/cgroup', group, 'cpu.max'))).split(' ').map(Number)
  return (quota ?? 0) / (period ?? 0)
}

/** Version 1 of cgroups. The quota is -1 if there is no limit. */
async function quotaOf1(text: Read, controllers: string, group: string): Promise<number> {
  if (!controllers.split(',').includes('cpu')) return 0
  const read = async (name: string) => Number(await text(join('sys/fs/cgroup', controllers, group, name)))
  return (await read('cpu.cfs_quota_us')) / (await read('cpu.cfs_period_us'))
}

const withParents = (path: string): string[] => (path === '/' ? [path] : [path, ...withParents(dirname(path))])

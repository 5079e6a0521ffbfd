import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { usableCores } from './usableCores'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lp-cores-'))
})
afterEach(() => rm(root, { recursive: true }))

const service = '/system.slice/lp-relay.service'

it.each<[string, number, Record<string, string>]>([
  ['without cgroups', 16, {}],
  ['without a quota', 16, { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' }],
  ['in a container with a quota', 1.5, { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '150000 100000\n' }],
  [
    'in a systemd unit with a quota',
    0.5,
    { 'proc/self/cgroup': `0::${service}\n`, [`sys/fs/cgroup${service}/cpu.max`]: '50000 100000\n' },
  ],
  [
    'in a group whose parent has a smaller quota',
    2,
    {
      'proc/self/cgroup': `0::${service}\n`,
      [`sys/fs/cgroup${service}/cpu.max`]: '400000 100000\n',
      [`sys/fs/cgroup${dirname(service)}/cpu.max`]: '200000 100000\n',
    },
  ],
  [
    'in a container with version 1 of cgroups, which does not show the path of its group',
    3,
    {
      'proc/self/cgroup': '5:memory:/docker/ab\n4:cpu,cpuacct:/docker/ab\n1:name=systemd:/docker/ab\n0::/docker/ab\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '300000\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
  ],
  [
    'with version 1 of cgroups and without a quota',
    16,
    {
      'proc/self/cgroup': '4:cpu,cpuacct:/\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    },
  ],
  ['with a quota above the number of cores', 16, { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '9e9 1' }],
  ['with a damaged quota', 16, { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '-5 0' }],
])('%s, a process on a machine with 16 cores can use %d cores', async (_, cores, files) => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  expect(await usableCores({ root, cores: 16 })).toBe(cores)
})

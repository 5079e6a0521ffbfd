import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { alertsFile, alertsTests, readAlerts } from '../../testbeds/alerts'

/** `npm run test:long` sets PROMTOOL_PATH. A run of this file alone uses the promtool on PATH. */
const promtool = (...args: string[]) => promisify(execFile)(process.env.PROMTOOL_PATH ?? 'promtool', args)

describe('the alerts of an operator', () => {
  it('are accepted by promtool', async () => {
    const { stdout } = await promtool('check', 'rules', alertsFile)
    expect(stdout).toMatch(`SUCCESS: ${readAlerts().alerts.length} rules found`)
  })

  it('are raised by their faults, and by nothing else', async () => {
    expect((await promtool('test', 'rules', alertsTests)).stdout).toMatch('SUCCESS')
  })

  it('can be installed as OPERATING.md says', async () => {
    const [, configuration = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('relay/OPERATING.md', 'utf8')) ?? []
    const directory = await mkdtemp(join(tmpdir(), 'lp-alerts-'))
    const file = join(directory, 'prometheus.yml')
    await writeFile(file, configuration)
    const { stdout } = await promtool('check', 'config', '--syntax-only', file)
    expect(stdout).toMatch('SUCCESS')
    await rm(directory, { recursive: true })
  })
})

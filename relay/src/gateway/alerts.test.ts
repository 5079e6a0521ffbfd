import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { alertsTests, readAlerts } from '../../testbeds/alerts'

describe('the alerts of an operator', () => {
  it('each have a test', () => {
    const { alerts } = readAlerts()
    expect(alerts.length).toBeGreaterThan(10)
    const tests = readFileSync(alertsTests, 'utf8')
    expect(alerts.filter((alert) => !tests.includes(`{alertname="${alert}"}`))).toEqual([])
  })

  it('are listed in OPERATING.md', () => {
    const page = readFileSync('relay/OPERATING.md', 'utf8')
    expect(readAlerts().alerts.filter((alert) => !page.includes(`\`${alert}\``))).toEqual([])
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The file of alerts that the package contains. */
export const alertsFile = fileURLToPath(new URL('../deploy/alerts.yml', import.meta.url))
/** The tests of the alerts, for `promtool test rules`. */
export const alertsTests = fileURLToPath(new URL('alerts.yml', import.meta.url))

/** The names of the alerts, and of the relay's metrics that their conditions use. */
export function readAlerts(): { alerts: string[]; metrics: string[] } {
  const text = readFileSync(alertsFile, 'utf8')
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name as string)
  const expressions = found(/^ +expr: (.*)$/gm).join('\n')
  return {
    alerts: found(/^ +- alert: (\w+)$/gm),
    metrics: [...new Set(expressions.match(/\blp_\w+/g))],
  }
}

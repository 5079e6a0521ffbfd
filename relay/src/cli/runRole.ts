import { logOf } from '../log'

const log = logOf('cli')

/** A started role. `endProcess` ends native threads. The process must exit after this call. */
type Role = { url: string; acceptJobs?(accepts: boolean): void; close(): Promise<void>; endProcess?(): void }

/**
 * Prints the address of a started role. On SIGINT or SIGTERM, closes the role and then ends the process. A second signal ends the
 * process immediately. SIGUSR2 closes a relay for new jobs, and the next SIGUSR2 opens it again.
 */
export function runRole({ url, acceptJobs, close, endProcess }: Role): void {
  console.log(`ready ${url}`)
  const end = (signal: NodeJS.Signals) => {
    log.info('closing', { signal })
    const onFault = (error: Error) => log.fault(error)
    close()
      .catch(onFault)
      .finally(() => {
        endProcess?.()
        process.exit()
      })
  }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  // Windows has no SIGUSR2.
  if (!acceptJobs || process.platform === 'win32') return
  let accepts = true
  process.on('SIGUSR2', () => {
    accepts = !accepts
    log.info(accepts ? 'opening for new jobs' : 'closing for new jobs', { signal: 'SIGUSR2' })
    acceptJobs(accepts)
  })
}

import { StreamId } from '@lp/contracts/protocol'
import { logOf } from 'lp-relay/log'
import { useCallback, useEffect, useState } from 'react'
import type { Problem } from '../../ui/Problem'
import { canStore } from '../resume/database'
import { create, type EarlyLink, linkOf } from './EarlyLink'
import { addEarly, readEarly, removeEarly } from './earlyStore'

const log = logOf('broadcast')

export type EarlyLinkControl = {
  /** Undefined: there is no link before the broadcast. */
  link: string | undefined
  untilMs: number | undefined
  /** Whether the link's stream may be recorded. Undefined: there is no link. */
  mayRecord: boolean | undefined
  /** This browser can keep a link. */
  isPossible: boolean
  isBusy: boolean
  problem?: Problem
  onMake(choice: { mayRecord: boolean }): void
  onDiscard(): void
}

/** The link that a person can share before the broadcast. `isIdle`: this tab has no broadcast. */
export function useEarlyLink({ isIdle }: { isIdle: boolean }): EarlyLinkControl & { early: EarlyLink | undefined } {
  const [early, setEarly] = useState<EarlyLink>()
  const [isBusy, setIsBusy] = useState(false)
  const [problem, setProblem] = useState<Problem>()

  const run = useCallback(async (change: () => Promise<EarlyLink | undefined>) => {
    setIsBusy(true)
    setProblem(undefined)
    try {
      setEarly(await change())
    } catch (error) {
      log.fault(error as Error)
      setProblem(notStored)
    } finally {
      setIsBusy(false)
    }
  }, [])
  // A broadcast has used the link, or not: after it, the store has the answer.
  useEffect(() => {
    if (isIdle) readEarly().then(setEarly, (error: Error) => log.debug('no early link', () => ({ error })))
  }, [isIdle])

  return {
    early,
    link: early && linkOf(early),
    untilMs: early?.untilMs,
    mayRecord: early && StreamId.mayRecord(early.streamId),
    isPossible: canStore(),
    isBusy,
    ...(problem && { problem }),
    onMake: (choice) => void run(async () => addEarly(await create(choice))),
    onDiscard: () =>
      void run(async () => {
        if (early) await removeEarly(early.streamId)
        return undefined
      }),
  }
}

const notStored: Problem = {
  sentence: 'This browser could not change its stored link.',
  nextStep: 'Allow this site to store data, or go live and share the link then.',
}

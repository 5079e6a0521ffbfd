import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Problem } from '../../ui/Problem'
import { LocalRecording, type LocalRecordingState } from './LocalRecording'
import {
  canRecord,
  deleteRecording,
  type KeptRecording,
  listRecordings,
  nameAt,
  openRecording,
} from './localRecordings'

export type LocalRecordings = {
  isPossible: boolean
  /** Whether the next stream is recorded on this computer. */
  isChosen: boolean
  onChoose(isChosen: boolean): void
  /** The recording of the present stream. */
  current: LocalRecordingState | undefined
  /** The complete recordings on this computer, newest first. */
  kept: readonly KeptRecording[]
  problem: Problem | undefined
  onDownload(name: string): void
  onDelete(name: string): void
  /** A recording for a new stream, if the person has chosen it. */
  begin(): LocalRecording | undefined
}

const storageKey = 'lp.local-recording'
const chosen = 'chosen'
/** The browser has started the download long before this time. */
const revokeAfterMs = 60_000

export function useLocalRecordings(): LocalRecordings {
  const [isPossible] = useState(canRecord)
  const [isChosen, setIsChosen] = useState(() => localStorage.getItem(storageKey) === chosen)
  const [current, setCurrent] = useState<LocalRecordingState>()
  const [kept, setKept] = useState<readonly KeptRecording[]>([])
  const [problem, setProblem] = useState<Problem>()
  const isOver = current?.isClosed === true

  // A private window has no private file system, and so no recordings.
  const read = useCallback(() => listRecordings().then(setKept, () => setKept([])), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the recording of a stream is complete, there is one more.
  useEffect(() => {
    if (isPossible) void read()
  }, [isPossible, read, isOver])

  const begin = useCallback(() => {
    setCurrent(undefined)
    if (!isPossible || !isChosen) return undefined
    return new LocalRecording({ name: nameAt(new Date()), onChange: setCurrent })
  }, [isPossible, isChosen])

  const attempt = (act: () => Promise<void>, failed: Problem) => {
    setProblem(undefined)
    act()
      .then(read)
      .catch(() => setProblem(failed))
  }
  return {
    ...{ isPossible, isChosen, current, problem, begin },
    kept: useMemo(() => kept.filter(({ name }) => isOver || name !== current?.name), [kept, isOver, current?.name]),
    onChoose(isChosen) {
      setIsChosen(isChosen)
      if (isChosen) localStorage.setItem(storageKey, chosen)
      else localStorage.removeItem(storageKey)
    },
    onDownload: (name) => attempt(() => download(name), notRead),
    onDelete: (name) => attempt(() => deleteRecording(name), notDeleted),
  }
}

async function download(name: string): Promise<void> {
  const url = URL.createObjectURL(await openRecording(name))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), revokeAfterMs)
}

const notRead: Problem = {
  sentence: 'The recording cannot be read.',
  nextStep: 'The browser may have deleted it because the disk was full. Reload the page to see which recordings exist.',
}

const notDeleted: Problem = {
  sentence: 'The recording cannot be deleted now.',
  nextStep: 'Another tab of this page may still write it. End the stream there, and try again.',
}

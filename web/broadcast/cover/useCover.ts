import { StreamCover } from '@lp/contracts/protocol'
import { logOf } from 'lp-relay/log'
import { useState } from 'react'
import type { Problem } from '../../ui/Problem'
import { PosterProblem, posterOf, posterOfStream } from './makePoster'

const log = logOf('broadcast')

/** The title and the poster of the next broadcast. */
export type CoverChoice = {
  title: string
  /** A JPEG in base64. Empty: no poster. */
  poster: string
  /** Why the title cannot be used. */
  titleProblem: Problem | undefined
  posterProblem: Problem | undefined
  isBusy: boolean
  onTitle(title: string): void
  onImage(file: Blob): void
  onPicture(stream: MediaStream): void
  onRemove(): void
}

/** The title without spaces at its ends, and the poster. `undefined`: the person has chosen neither. */
export const chosenOf = ({ title, poster }: Pick<CoverChoice, 'title' | 'poster'>) =>
  title.trim() || poster ? { title: title.trim(), poster } : undefined

export function useCover(): CoverChoice {
  const [title, setTitle] = useState('')
  const [poster, setPoster] = useState('')
  const [posterProblem, setPosterProblem] = useState<Problem>()
  const [isBusy, setIsBusy] = useState(false)
  const make = async (making: Promise<string>) => {
    setIsBusy(true)
    setPosterProblem(undefined)
    try {
      setPoster(await making)
    } catch (error) {
      log.debug('no poster', () => ({ error }))
      if (error instanceof PosterProblem) setPosterProblem(error.problem)
    } finally {
      setIsBusy(false)
    }
  }
  return {
    ...{ title, poster, posterProblem, isBusy },
    titleProblem: problemOfTitle(title.trim()),
    onTitle: setTitle,
    onImage: (file) => void make(posterOf(file)),
    onPicture: (stream) => void make(posterOfStream(stream)),
    onRemove: () => setPoster(''),
  }
}

export function problemOfTitle(title: string): Problem | undefined {
  const fault = StreamCover.faultOf(title)
  if (!fault) return undefined
  if (fault === 'length')
    return {
      sentence: 'The title is too long.',
      nextStep: `Write at most ${StreamCover.maxTitleLength} characters.`,
    }
  return {
    sentence: 'The title contains characters that a page must not show.',
    nextStep: 'Write it again without markup (<…>), control characters and direction marks.',
  }
}

import type { Problem } from '../../ui/Problem'

/** The person has cancelled the attempt to go on. */
export const stillInterrupted: Problem = {
  sentence: 'Your broadcast is interrupted, and viewers wait.',
  nextStep: 'Go on with it, or end it.',
}

export class LiveElsewhereError extends Error {
  override readonly name = 'resume.LiveElsewhereError'
  readonly problem: Problem = {
    sentence: 'Another tab of this browser broadcasts now.',
    nextStep: 'Use that tab, or stop the broadcast there first.',
  }
  constructor() {
    super('Another tab holds the lock.')
  }
}

export class EndedElsewhereError extends Error {
  override readonly name = 'resume.EndedElsewhereError'
  readonly problem: Problem = {
    sentence: 'Your broadcast was ended in another tab.',
    nextStep: 'To stream again, start a new broadcast.',
  }
  constructor() {
    super('The broadcast is not stored any more.')
  }
}

export class LinkGoneError extends Error {
  override readonly name = 'resume.LinkGoneError'
  readonly problem: Problem = {
    sentence: 'The link that you made before was used or discarded in another tab.',
    nextStep: 'Go live again: the stream then has a new link.',
  }
  constructor() {
    super('The early link is not stored any more.')
  }
}

export class AwayError extends Error {
  override readonly name = 'resume.AwayError'
  readonly problem: Problem = {
    sentence: 'No transcoder of your broadcast answers.',
    nextStep: 'Your broadcast has not ended. Try again in a minute.',
  }
  constructor() {
    super('No drawn transcoder has answered after the reload.')
  }
}

export class UnsentEndError extends Error {
  override readonly name = 'resume.UnsentEndError'
  readonly problem: Problem = {
    sentence: 'No transcoder of your broadcast answers, so this page could not end the stream.',
    nextStep: 'Try again in a minute, or end the job yourself under “Your broadcasts”.',
  }
  constructor() {
    super('No drawn transcoder has taken the end of the stream.')
  }
}

export class UnstoredError extends Error {
  override readonly name = 'resume.UnstoredError'
  readonly problem: Problem = {
    sentence: 'This browser can neither store nor delete the progress of your broadcast, so the stream is interrupted.',
    nextStep: 'Free space on the disk of this device, and go on with the broadcast.',
  }
  constructor({ cause }: { cause: unknown }) {
    super('The next sequence number could not be stored.', { cause })
  }
}

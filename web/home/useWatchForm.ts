import { type FormEvent, useState } from 'react'
import * as ShareLink from '../config/ShareLink'
import type { Problem } from '../ui/Problem'

export function useWatchForm() {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<Problem>()

  const onText = (next: string) => {
    setText(next)
    setProblem(undefined)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    try {
      // `navigate` would treat the text after the question mark as the query of the page.
      location.hash = new URL(ShareLink.create(ShareLink.parse(text))).hash
    } catch (error) {
      if (!(error instanceof ShareLink.UnreadableError)) throw error
      setProblem(error.problem)
    }
  }
  return { text, problem, onText, onSubmit }
}

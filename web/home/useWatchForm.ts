import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import * as ShareLink from '../config/ShareLink'
import type { Problem } from '../ui/Problem'

export function useWatchForm() {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const [, navigate] = useLocation()

  const onText = (next: string) => {
    setText(next)
    setProblem(undefined)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    try {
      navigate(`/watch/${ShareLink.parse(text)}`)
    } catch (error) {
      if (!(error instanceof ShareLink.UnreadableError)) throw error
      setProblem(error.problem)
    }
  }
  return { text, problem, onText, onSubmit }
}

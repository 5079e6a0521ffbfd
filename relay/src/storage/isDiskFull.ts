import { FullError } from './PayloadStore'

/** Codes of the system for a full disk, and for a full quota of a user. */
const codes = ['ENOSPC', 'EDQUOT']

/** Whether a write failed because the disk, or the part of the disk that the relay is allowed to use, is full. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof FullError || codes.includes((error as NodeJS.ErrnoException).code ?? '')) return true
  return isDiskFull(error.cause)
}

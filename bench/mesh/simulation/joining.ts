import type { Viewer } from './Viewer'

/** The rules of `relay/src/watch/Joining.ts`: a new viewer waits for a member, except for the bytes that it needs immediately. */
const patienceMs = 2_000
const welcomeMs = 250
const urgentMs = 1_000

/** From this time on, no bytes of the viewer wait for a member. */
export const waitsUntilMs = ({ joinedMs, metMs }: Viewer): number =>
  metMs === undefined ? joinedMs + patienceMs : metMs + welcomeMs

/** Whether bytes that the player of a new viewer needs at `deadlineMs` wait. */
export const mayWait = (viewer: Viewer, { deadlineMs, nowMs }: { deadlineMs: number; nowMs: number }): boolean =>
  nowMs < waitsUntilMs(viewer) && deadlineMs > nowMs + urgentMs

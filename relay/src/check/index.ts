export { at, type Relay } from '../client/Relay'
export {
  type Conclusion,
  checkSegment,
  type Payloads,
  type Work,
} from './checkSegment'
export type { Code, Finding } from './Finding'
export { type Fetched, fetchEvidence } from './fetchEvidence'
export { fetchPayload } from './fetchPayload'
export { BrokenDownError, failureOf, type Run, type Runner } from './Runner'
export { type Job, MismatchError, type Played } from './verifyEvidence'

import type { Transcript } from './ledger.ts'

/** Without the state of the caller's rate limit, which is taken beside the ledger and stands on the real clock. */
export const plainTranscript = (transcript: Transcript): unknown =>
  JSON.parse(JSON.stringify(transcript, (name: string, value: unknown) => (name === 'rate' ? undefined : value)))
